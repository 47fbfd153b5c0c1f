import { describe, expect, it } from 'vitest';
import {
  emergencyValues,
  planChange,
  type FlagIntent,
} from '../../../../src/lib/operations/flags/change-plan.ts';
import { parseFlagFile } from '../../../../src/lib/manifest/flags/file.ts';
import type { FlagPlan } from '../../../../src/lib/operations/flags/change-plan.ts';
import { change, copyOf, fileOf, missedHost, noteOf, SERVICES, LANTERN, stateOf, v } from './fixture.ts';

const set = (values: Record<string, string>): FlagIntent => ({
  kind: 'set',
  values: new Map(Object.entries(values)),
});
const one = fileOf([1, { GLOW: 'dim' }]);

/** Host, service and values of all that is written. */
function written(plan: FlagPlan): unknown[] {
  return [...plan.writes].flatMap(([host, { files }]) =>
    files.map(({ service, text }) => [host, service, parseFlagFile(text).file?.values]),
  );
}

describe('planChange', () => {
  const states = [
    stateOf('a', [copyOf('a', 'lantern', one), copyOf('a', 'signpost', undefined)]),
    stateOf('b', [copyOf('b', 'lantern', one)]),
  ];

  it('writes the whole file of each service that reads a flag, on each of its hosts', () => {
    const plan = planChange(SERVICES, states, [], set({ SHARE: '0.50', ROUTE: 'closed' }), change(5));
    expect(plan).toMatchObject({
      version: v(5),
      deltas: [
        { service: 'lantern', flag: 'SHARE', from: null, to: '0.5' },
        { service: 'signpost', flag: 'ROUTE', from: null, to: 'closed' },
      ],
      mendings: [],
    });
    expect(written(plan)).toEqual([
      ['a', 'lantern', { GLOW: 'dim', SHARE: '0.5' }],
      ['a', 'signpost', { ROUTE: 'closed' }],
      ['b', 'lantern', { GLOW: 'dim', SHARE: '0.5' }],
    ]);
    const [file] = plan.writes.get('b')?.files ?? [];
    expect(file).toMatchObject({ version: v(5), reason: 'SHARE default → 0.5: reason 5' });
    expect(parseFlagFile(file?.text ?? '').file?.origins).toEqual({ GLOW: change(1), SHARE: change(5) });
  });

  it('changes nothing that is so already, however it is written', () => {
    const nothing = planChange(
      SERVICES,
      states,
      [],
      set({ GLOW: 'dim', NIGHT: '1 day', ROUTE: 'coast' }),
      change(5),
    );
    expect(nothing.deltas).toEqual([]);
    expect(nothing.writes.size).toBe(0);
  });

  it('mends hosts that are behind, of other services too', () => {
    const behind = [
      stateOf('a', [copyOf('a', 'lantern', '{'), copyOf('a', 'signpost', undefined)]),
      stateOf('b', [copyOf('b', 'lantern', one)]),
    ];
    const plan = planChange(SERVICES, behind, [], set({ ROUTE: 'closed' }), change(5));
    expect(plan.mendings).toEqual([
      { host: 'a', service: 'lantern', why: 'its file is damaged: the file is not JSON' },
    ]);
    expect(written(plan)).toEqual([
      ['a', 'lantern', { GLOW: 'dim' }],
      ['a', 'signpost', { ROUTE: 'closed' }],
    ]);
    expect(plan.writes.get('a')?.files[0]).toMatchObject({
      version: v(1),
      reason: expect.stringMatching(/^mended, since/) as string,
    });
    expect(written(planChange(SERVICES, behind, [], { kind: 'mend' }, change(5)))).toEqual([
      ['a', 'lantern', { GLOW: 'dim' }],
    ]);
  });

  it('keeps, on every host that was reached, what another one has missed', () => {
    const plan = planChange(
      SERVICES,
      states,
      [missedHost('push', LANTERN)],
      set({ SHARE: '0.5' }),
      change(5),
    );
    const note = { ...change(5), host: 'push', service: 'lantern', values: { SHARE: '0.5' } };
    expect(plan.writes.get('a')?.notes).toEqual([note]);
    expect(plan.writes.get('b')?.notes).toEqual([note]);
    // Nobody knows what the host has: all that was wanted is owed to it, even where nothing changes here.
    const blind = planChange(
      SERVICES,
      [stateOf('a', [copyOf('a', 'signpost', fileOf([1, { ROUTE: 'closed' }]))])],
      [missedHost('push', LANTERN)],
      { kind: 'set', values: emergencyValues(SERVICES) },
      change(5),
    );
    expect(blind.writes.get('a')).toMatchObject({
      files: [],
      notes: [{ host: 'push', values: { GLOW: 'dim' } }],
    });
    const about = planChange(
      SERVICES,
      states,
      [missedHost('push', LANTERN)],
      set({ ROUTE: 'closed' }),
      change(5),
    );
    expect([...about.writes.values()].flatMap(({ notes }) => notes)).toEqual([]);
  });

  it('gives a host that is back what was owed to it, and forgets it then', () => {
    const note = noteOf('a', { n: 3, values: { GLOW: 'bright' } });
    const back = [
      stateOf('a', [copyOf('a', 'signpost', undefined)], [note]),
      stateOf('push', [copyOf('push', 'lantern', one)]),
    ];
    const plan = planChange(SERVICES, back, [], { kind: 'mend' }, change(9));
    expect(written(plan)).toEqual([['push', 'lantern', { GLOW: 'bright' }]]);
    expect([...plan.forget]).toEqual([['a', [note.name]]]);
    const still = planChange(
      SERVICES,
      back.slice(0, 1),
      [missedHost('push', LANTERN)],
      { kind: 'mend' },
      change(9),
    );
    expect([still.writes.size, still.forget.size]).toEqual([0, 0]);
    const changed = planChange(SERVICES, back, [], set({ SHARE: '0.1' }), change(9));
    expect(written(changed)).toEqual([['push', 'lantern', { GLOW: 'bright', SHARE: '0.1' }]]);
  });

  it('restores all services together, and tells a host that was missed how', () => {
    const later = fileOf([1, { GLOW: 'dim' }], [2, { GLOW: 'bright' }]);
    const hosts = [
      stateOf('a', [
        copyOf('a', 'lantern', later, { previous: [one] }),
        copyOf('a', 'signpost', fileOf([2, { ROUTE: 'closed' }])),
      ]),
    ];
    const intent: FlagIntent = { kind: 'restore', version: v(1), undoes: [v(2)] };
    const plan = planChange(SERVICES, hosts, [missedHost('push', LANTERN)], intent, change(5));
    expect(written(plan)).toEqual([
      ['a', 'lantern', { GLOW: 'dim' }],
      ['a', 'signpost', {}],
    ]);
    expect(parseFlagFile(plan.writes.get('a')?.files[0]?.text ?? '').file?.restores).toBe(v(1));
    expect(plan.writes.get('a')?.notes).toMatchObject([{ host: 'push', restores: v(1), undoes: [v(2)] }]);
  });
});

describe('emergencyValues', () => {
  it('are those of all flags that have one', () => {
    expect([...emergencyValues(SERVICES)]).toEqual([
      ['GLOW', 'dim'],
      ['ROUTE', 'closed'],
    ]);
  });
});
