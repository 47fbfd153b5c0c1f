import { describe, expect, it } from 'vitest';
import type { Facts, ServiceFacts, UnitFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import { sha256 } from '../../../../src/lib/common/text/digest.ts';
import { unifiedDiff } from '../../../../src/lib/operations/plan/diff.ts';
import { planService, unknownPlan } from '../../../../src/lib/operations/plan/plan.ts';
import { overallState } from '../../../../src/lib/operations/plan/render.ts';
import type { DesiredSecret } from '../../../../src/lib/desired/secrets/desired-secret.ts';
import { A, B, DESIRED, hostFacts, serviceFacts } from '../deploy/fixture.ts';

const [FILE] = DESIRED.files;
const unit = { name: DESIRED.unit, active: 'active', enabled: 'enabled', load: 'loaded' } as UnitFacts;
const inForce = (parts: Partial<ServiceFacts> = {}, facts: Partial<Facts> = {}) =>
  hostFacts(serviceFacts({ digest: B, generation: DESIRED.generation, releases: [B], unit, ...parts }), {
    files: [{ path: FILE?.path ?? '', sha256: sha256(FILE?.content ?? ''), mode: 0o644, content: undefined }],
    ...facts,
  });
const changes = (facts: Facts) =>
  planService('scraper', DESIRED, facts).changes.map(
    ({ resource, from, to }) => `${resource}: ${from} → ${to}`,
  );

describe('planService', () => {
  it('knows when there is nothing to do', () => {
    expect(planService('scraper', DESIRED, inForce())).toMatchObject({ state: 'no change', changes: [] });
  });

  it.each<[string, Facts, string]>([
    ['another release', inForce({ digest: A }), 'release: aaaaaaaaaaaa → bbbbbbbbbbbb'],
    ['a release that was deleted', inForce({ releases: [] }), 'release: deleted → bbbbbbbbbbbb'],
    ['a file that is absent', inForce({}, { files: [] }), 'file: absent → mode 644'],
    [
      'a file with another mode',
      inForce(
        {},
        {
          files: [
            { path: FILE?.path ?? '', sha256: sha256(FILE?.content ?? ''), mode: 0o600, content: undefined },
          ],
        },
      ),
      'file: mode 600 → mode 644',
    ],
    [
      'a unit that failed',
      inForce({ unit: { ...unit, active: 'failed', result: 'signal' } }),
      'unit: failed (signal) → active',
    ],
    [
      'a unit that will not start at boot',
      inForce({ unit: { ...unit, enabled: 'disabled' } }),
      'unit: disabled → enabled',
    ],
    ['a host without the unit', inForce({ unit: undefined }), 'unit: absent → active'],
    ['the record of another generation', inForce({ generation: 'x' }), `deploy: generation x → bbbbbbbbbbbb`],
    [
      'a deploy that was never confirmed',
      inForce({ pending: { id: 'id', by: 'anna', digest: A, generation: 'g', returnsIn: 12.4 } }),
      'deploy: switched to aaaaaaaaaaaa by anna, never confirmed, goes back by itself in 12 s → returned first',
    ],
  ])('sees %s', (_, facts, change) => {
    expect(changes(facts)).toContain(change);
  });

  describe('credentials', () => {
    const secret = (parts: Partial<DesiredSecret> = {}): DesiredSecret => ({
      credential: 'token',
      secret: 'vendor-token',
      form: 'value',
      onChange: 'restart',
      which: 'current',
      version: 'v2',
      ...parts,
    });
    const plan = (
      secrets: DesiredSecret[],
      placed: Record<string, string>,
      parts: Partial<ServiceFacts> = {},
    ) => planService('scraper', { ...DESIRED, secrets }, inForce({ secrets: placed, ...parts }));

    it.each<[string, DesiredSecret[], Record<string, string>, string[], string]>([
      ['are there', [secret()], { token: 'v2' }, [], 'none'],
      ['are absent', [secret()], {}, ['token: absent → version v2'], 'restart'],
      ['are old', [secret()], { token: 'v1' }, ['token: version v1 → version v2'], 'restart'],
      [
        'are not in the store',
        [secret({ version: undefined })],
        {},
        ['token: absent → to be made'],
        'restart',
      ],
      ['are no longer wanted', [], { token: 'v1' }, ['token: version v1 → taken away'], 'restart'],
      ['can be reloaded', [secret({ onChange: 'reload' })], {}, ['token: absent → version v2'], 'reload'],
      [
        'are a verifier whose second value goes',
        [secret({ onChange: 'reload' })],
        { token: 'v2', 'token.next': 'v3' },
        ['token.next: version v3 → taken away'],
        'reload',
      ],
      [
        'differ in one that asks for a restart',
        [secret({ onChange: 'reload' }), secret({ credential: 'other' })],
        {},
        ['token: absent → version v2', 'other: absent → version v2'],
        'restart',
      ],
    ])('that %s', (_, secrets, placed, expected, effect) => {
      const { changes: found, effect: is } = plan(secrets, placed);
      expect(found.map(({ name, from, to }) => `${name}: ${from} → ${to}`)).toEqual(expected);
      expect(is).toBe(effect);
    });

    it('are reloaded only where nothing else changes', () => {
      expect(plan([secret({ onChange: 'reload' })], {}, { digest: A }).effect).toBe('restart');
    });

    it('belong to the fingerprint', () => {
      expect(plan([secret()], { token: 'v1' }).fingerprint).not.toBe(
        plan([secret()], { token: 'v2' }).fingerprint,
      );
    });
  });

  it('sees a unit beside it that does not run, unless an operator paused it', () => {
    const desired = { ...DESIRED, companions: ['sweep.timer'] };
    const timer = {
      name: 'sweep.timer',
      load: 'loaded',
      active: 'inactive',
      enabled: 'enabled',
    } as UnitFacts;
    const seen = (companions: UnitFacts[], paused: string[] = []) =>
      planService('scraper', desired, inForce({ companions }, { paused })).changes.map(({ from }) => from);
    expect(seen([{ ...timer, active: 'active' }])).toEqual([]);
    expect(seen([])).toEqual(['absent, not enabled']);
    expect(seen([timer])).toEqual(['inactive']);
    expect(seen([timer], ['sweep.timer'])).toEqual([]);
    expect(seen([{ ...timer, active: 'active', enabled: 'disabled' }])).toEqual(['active, not enabled']);
  });

  it('has a fingerprint that follows what it saw, and nothing else', () => {
    const print = (facts: Facts) => planService('scraper', DESIRED, facts).fingerprint;
    expect(print(inForce({}, { ledger: ['x'] }))).toBe(print(inForce()));
    for (const other of [
      inForce({ digest: A }),
      inForce({ unit: { ...unit, active: 'failed' } }),
      inForce({ pending: { id: 'id', by: '', digest: A, generation: 'g', returnsIn: 1 } }),
      inForce({}, { files: [] }),
    ]) {
      expect(print(other)).not.toBe(print(inForce()));
    }
  });
});

describe('the state of a whole plan', () => {
  it('is unknown as soon as one host is', () => {
    const same = planService('scraper', DESIRED, inForce());
    const change = planService('scraper', DESIRED, inForce({ digest: A }));
    const unknown = unknownPlan('scraper', DESIRED, 'no answer');
    expect(overallState([same])).toBe('no change');
    expect(overallState([same, change])).toBe('change');
    expect(overallState([change, unknown])).toBe('unknown');
  });
});

describe('unifiedDiff', () => {
  it('shows what goes and what comes, without headers', () => {
    expect(unifiedDiff('a\nb\nc\n', 'a\nB\nc\n')).toEqual(['@@ -1,3 +1,3 @@', ' a', '-b', '+B', ' c']);
    expect(unifiedDiff(undefined, 'new\n')).toEqual(['@@ -0,0 +1,1 @@', '+new']);
  });
});
