import { describe, expect, it } from 'vitest';
import type { DesiredSecret } from '../../../../../src/lib/desired/secrets/desired-secret.ts';
import { rotationAim } from '../../../../../src/lib/operations/secrets/rotation/take-over.ts';
import { desired, facts, running, unit } from '../../status/fixture.ts';

const secret = (parts: Partial<DesiredSecret> = {}): DesiredSecret => ({
  credential: 'login',
  secret: 'login',
  form: 'value',
  onChange: 'restart',
  which: 'current',
  version: 'v2',
  ...parts,
});
const verifier = { form: 'sha256', onChange: 'reload' } as const;

function move(
  secrets: DesiredSecret[],
  placed: Record<string, string>,
  parts: Parameters<typeof running>[1] = {},
) {
  const service = running('embedder', { secrets: placed, ...parts });
  return rotationAim({ ...desired(), secrets }, facts([service]), new Set(['login']));
}

describe('rotationAim', () => {
  it('restarts a holder of the old value', () => {
    expect(move([secret()], { login: 'v1' })).toMatchObject({
      takeOver: 'restart',
      desired: { secrets: [{ credential: 'login', version: 'v2' }] },
    });
  });

  it('does nothing where the new value is in use, or where the service was never deployed', () => {
    expect(move([secret()], { login: 'v2' })).toBeUndefined();
    expect(move([secret()], {}, { generation: undefined })).toBeUndefined();
  });

  it('finishes what was placed and never taken over', () => {
    expect(move([secret()], { login: 'v2 not taken over' })?.takeOver).toBe('restart');
  });

  it('only places it where the service does not run', () => {
    const stopped = { unit: unit({ active: 'inactive' }) };
    expect(move([secret()], { login: 'v1' }, stopped)?.takeOver).toBe('place');
  });

  it('reloads who verifies it, with both values and afterwards with one', () => {
    const both = [
      secret({ ...verifier, version: 'v1' }),
      secret({ ...verifier, credential: 'login.next', which: 'next' }),
    ];
    expect(move(both, { login: 'v1' })).toMatchObject({ takeOver: 'reload', desired: { secrets: both } });
    expect(move(both, { login: 'v1', 'login.next': 'v2' })).toBeUndefined();
    const one = [secret(verifier)];
    const after = move(one, { login: 'v2', 'login.next': 'v1' });
    expect(after).toMatchObject({ takeOver: 'reload' });
    expect(after?.desired.secrets.map(({ credential }) => credential)).toEqual(['login']);
  });

  it('moves no other secret: neither places nor takes away what a deploy would', () => {
    const others = [secret({ credential: 'other', secret: 'other', version: 'v9' })];
    const found = move([secret(), ...others], { login: 'v1', other: 'v8', obsolete: 'v3' });
    expect(found?.desired.secrets.map(({ credential, version }) => [credential, version])).toEqual([
      ['login', 'v2'],
      ['other', 'v8'],
      ['obsolete', 'v3'],
    ]);
    expect(move(others, { other: 'v8' })).toBeUndefined();
  });
});
