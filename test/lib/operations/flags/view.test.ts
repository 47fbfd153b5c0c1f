import { describe, expect, it } from 'vitest';
import {
  renderChanges,
  renderDeltas,
  renderFlag,
  renderFlags,
  renderPlaces,
} from '../../../../src/lib/operations/flags/render.ts';
import { flagsView, processFault, type FlagPlaceView } from '../../../../src/lib/operations/flags/view.ts';
import type { FlagProcess } from '../../../../src/lib/operations/flags/host-flags.ts';
import { timelineOf } from '../../../../src/lib/operations/flags/timeline.ts';
import { change, copyOf, fileOf, LANTERN, missedHost, noteOf, SERVICES, stateOf, v } from './fixture.ts';

const now = Date.parse('2026-11-21T15:14:00Z') / 1000;
const one = fileOf([1, { GLOW: 'dim' }]);
const two = fileOf([1, { GLOW: 'dim' }], [2, { SHARE: '0.1' }]);
const process = (rest: Partial<FlagProcess>): FlagProcess => ({
  status: 200,
  version: v(2),
  damaged: undefined,
  pid: 7,
  invocation: 'feed',
  ...rest,
});

describe('flagsView', () => {
  it('shows values, defaults, who changed them, and where hosts differ', () => {
    const states = [
      stateOf('a', [copyOf('a', 'lantern', two, { process: process({}) })]),
      stateOf('b', [copyOf('b', 'lantern', one)]),
      stateOf('c', [copyOf('c', 'lantern', '{', { kept: one })]),
      stateOf('d', [copyOf('d', 'lantern', '{')]),
    ];
    const { flags, places } = flagsView(SERVICES, states, [], now);
    expect(
      flags.map(({ flag, value, isDefault, differs, changed }) => [
        flag,
        value,
        isDefault,
        differs,
        changed?.version,
      ]),
    ).toEqual([
      ['GLOW', 'dim', false, true, v(1)],
      ['SHARE', '0.1', false, true, v(2)],
      ['NIGHT', '24 hours', true, true, undefined],
    ]);
    expect(flags[1]?.hosts).toEqual([
      { host: 'a', value: '0.1' },
      { host: 'b', value: '0.8' },
      { host: 'c', value: '0.8' },
      { host: 'd', value: null },
    ]);
    expect(places.map(({ host, version, behind }) => [host, version, behind])).toEqual([
      ['a', v(2), null],
      ['b', v(1), `it is at ${v(1)}`],
      ['c', null, 'its file is damaged: the file is not JSON'],
      ['d', null, 'its file is damaged: the file is not JSON'],
    ]);
    const text = renderFlags(flags, now, {});
    expect(text).toContain('0.1 on a; 0.8 on b, c; ? on d');
    expect(text).toMatch(
      /GLOW +lantern .* 59s ago +kim@ops +differs between hosts, not the default, reason 1/,
    );
    expect(renderPlaces(places, {})).toMatch(
      /a +lantern +20261121-151302000-ab12 +20261121-151302000-ab12 +7 +✔/,
    );
    expect(renderPlaces(places, {})).toContain(`✘ left behind: it is at ${v(1)}`);
  });

  it('marks what nobody has touched for a month, unless it is the default', () => {
    const later = now + 31 * 86_400;
    const states = [stateOf('a', [copyOf('a', 'lantern', fileOf([1, { GLOW: 'dim', SHARE: '0.8' }]))])];
    const marks = (at: number) =>
      flagsView(SERVICES, states, [], at).flags.map(({ untouchedForLong }) => untouchedForLong);
    expect(marks(now)).toEqual([false, false, false]);
    expect(marks(later)).toEqual([true, false, false]);
    expect(renderFlags(flagsView(SERVICES, states, [], later).flags, later, {})).toContain(
      'nobody has touched it since',
    );
  });

  it('shows what a host has missed only while it is away', () => {
    const states = [
      stateOf('a', [copyOf('a', 'signpost', undefined)], [noteOf('a', { n: 3, values: { GLOW: 'dim' } })]),
      stateOf('b', [], [noteOf('b', { n: 3, values: { GLOW: 'dim' } })]),
    ];
    expect(flagsView(SERVICES, states, [missedHost('push', LANTERN)], now).owed).toEqual([
      { host: 'push', service: 'lantern', version: v(3), why: 'reason 3' },
    ]);
    const back = [...states, stateOf('push', [copyOf('push', 'lantern', one)])];
    const view = flagsView(SERVICES, back, [], now);
    expect(view.owed).toEqual([]);
    expect(view.places.find(({ host }) => host === 'push')?.behind).toBe(`it is at ${v(1)}`);
  });
});

describe('processFault', () => {
  const place: FlagPlaceView = {
    host: 'a',
    service: 'lantern',
    version: v(2),
    behind: null,
    deployed: true,
    process: process({}),
  };
  it.each<[Partial<FlagPlaceView>, string | undefined]>([
    [{}, undefined],
    [{ process: null }, undefined],
    [{ deployed: false, process: process({ status: 0 }) }, undefined],
    [{ process: process({ status: 0 }) }, 'nothing answers'],
    [{ process: process({ version: undefined }) }, 'answers 200 and names no flags'],
    [{ process: process({ version: v(1) }) }, `runs ${v(1)}`],
    [{ process: process({ version: v(1) }), behind: 'it is at 1', version: v(1) }, undefined],
    [{ process: process({ version: v(1) }), behind: 'it is at 2' }, undefined],
    [{ process: process({ version: v(1), damaged: 'torn' }) }, `stays at ${v(1)}: torn`],
  ])('of %j is %s', (rest, fault) => {
    expect(processFault({ ...place, ...rest })).toBe(fault);
  });
});

describe('rendering', () => {
  const standard = () => 'bright';

  it('shows old beside new values, with what a default is', () => {
    const delta = { service: 'lantern', flag: 'GLOW', from: null, to: 'dim' };
    expect(renderDeltas([delta], standard)).toMatch(/lantern +GLOW +bright \(default\) +→ +dim/);
    expect(renderDeltas([{ ...delta, from: 'dim', to: null }], standard)).toContain('bright (default)');
  });

  it('shows a change of several flags as one', () => {
    const { changes } = timelineOf([copyOf('a', 'lantern', fileOf([2, { GLOW: 'dim', SHARE: '0.1' }]))]);
    const lines = renderChanges(changes, standard, 'UTC', {}).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('2026-11-21 15:13:02');
    expect(lines[2]?.trim()).toBe('SHARE bright (default) → 0.1');
  });

  it('shows one flag in full', () => {
    const states = [stateOf('a', [copyOf('a', 'lantern', one, { process: process({ version: v(1) }) })])];
    const { flags, places } = flagsView(SERVICES, states, [], now);
    const [glow] = flags;
    if (glow === undefined) throw new Error('no flag');
    const text = renderFlag(glow, 'one of dim, bright', places, 'UTC');
    expect(text).toContain('GLOW of lantern is dim; its default is bright');
    expect(text).toContain(`set 2026-11-21 15:13:01 UTC by kim@ops: reason 1 ${change(1).version}`);
    expect(text).toContain('a  dim  ✔');
  });
});
