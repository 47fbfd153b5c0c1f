import { describe, expect, it } from 'vitest';
import { announcedRotation, tellRotation } from '../../../src/lib/cli/rotation-event.ts';
import { entries, password } from '../desired/secrets/declared-fixture.ts';

describe('what is said of a rotation', () => {
  it('names who gets the new value, and who verifies it', () => {
    expect(announcedRotation(password('a'), entries({ name: 'a' }).entry('a'))).toEqual([
      '~ a  new for app-service on app; verified by redis on push',
    ]);
  });

  it('says when it goes on, and what it costs', () => {
    const secret = password('a');
    const tunnel = { ...secret, verifiers: [], spec: { ...secret.spec, kind: 'wireguard-key' } } as const;
    const entry = entries({ name: 'a', next: 'v2', rotation: 'promoted' }).entry('a');
    expect(announcedRotation(tunnel, entry)).toEqual([
      '~ a  goes on; new for app-service on app',
      expect.stringMatching(/! its tunnel is silent for some seconds/),
    ]);
  });

  it('tells a rotation that was taken back from one that stopped half-way', () => {
    const step = {
      service: 'app',
      host: 'h',
      ok: false,
      text: 'no',
      journal: ['why'],
      phase: 'move',
    } as const;
    const report = { rotated: [], steps: [step], seconds: 2.04 };
    expect(tellRotation({ ...report, result: 'ok' }, '1 secret(s) rotated')).toEqual([
      '✔ 1 secret(s) rotated in 2.0 s',
    ]);
    const failed = tellRotation({ ...report, result: 'failed' }, '').join('\n');
    expect(failed).toContain('everybody still uses the old values');
    expect(failed).toContain('│ why');
    expect(tellRotation({ ...report, result: 'mixed' }, '').join('\n')).toContain('both are accepted');
  });
});
