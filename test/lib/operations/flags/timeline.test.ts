import { describe, expect, it } from 'vitest';
import { KEPT_VERSIONS } from '../../../../src/lib/operations/flags/host-script.ts';
import { restored } from '../../../../src/lib/operations/flags/in-force.ts';
import { rollbackVersion, timelineOf, versionNamed } from '../../../../src/lib/operations/flags/timeline.ts';
import type { FlagCopy } from '../../../../src/lib/operations/flags/host-flags.ts';
import { change, copyOf, fileOf, v } from './fixture.ts';

const one = fileOf([1, { GLOW: 'dim' }]);
const two = fileOf([1, { GLOW: 'dim' }], [2, { GLOW: 'bright', SHARE: '0.1' }]);
const route = fileOf([2, { ROUTE: 'closed' }]);
const copies = [
  copyOf('a', 'lantern', two, { previous: [one] }),
  copyOf('b', 'lantern', two),
  copyOf('a', 'signpost', route),
];

/** The same host after a rollback to a version. */
function rolledBack(from: readonly FlagCopy[], n: number, to: string): FlagCopy[] {
  return from.map((copy) => {
    const file = restored(copy.file, [copy], to, change(n));
    return copyOf(copy.host, copy.service, file, {
      previous: [...copy.previous, ...(copy.file === undefined ? [] : [copy.file])],
    });
  });
}

describe('timelineOf', () => {
  it('puts the changes of several services and hosts together', () => {
    expect(timelineOf(copies)).toEqual({
      cut: false,
      changes: [
        { ...change(1), hosts: ['a'], deltas: [{ service: 'lantern', flag: 'GLOW', from: null, to: 'dim' }] },
        {
          ...change(2),
          hosts: ['a', 'b'],
          deltas: [
            { service: 'lantern', flag: 'GLOW', from: 'dim', to: 'bright' },
            { service: 'lantern', flag: 'SHARE', from: null, to: '0.1' },
            { service: 'signpost', flag: 'ROUTE', from: null, to: 'closed' },
          ],
        },
      ],
    });
  });

  it('says nothing of what the oldest version changed that is kept of many', () => {
    const previous = Array.from({ length: KEPT_VERSIONS }, (_, n) => fileOf([n, { SHARE: `${n / 100}` }]));
    const { changes, cut } = timelineOf([copyOf('a', 'lantern', fileOf([59, { SHARE: '1' }]), { previous })]);
    expect(cut).toBe(true);
    expect(changes.map(({ version }) => version)).toEqual([
      ...previous.slice(1).map(({ version }) => version),
      v(59),
    ]);
  });
});

describe('rollbackVersion', () => {
  it('goes back one change after the other, and never to what was fled from', () => {
    expect(rollbackVersion(timelineOf(copies))).toBe(v(1));
    const once = rolledBack(copies, 3, v(1));
    expect(rollbackVersion(timelineOf(once))).toBe('0');
    const twice = rolledBack(once, 4, '0');
    expect(twice[0]?.file?.values).toEqual({});
    expect(() => rollbackVersion(timelineOf(twice))).toThrow('all flags are at their defaults');
  });

  it('goes back to the rollback where something was changed after it', () => {
    const once = rolledBack(copies, 3, v(1));
    const [host] = once;
    const after = copyOf(
      'a',
      'lantern',
      { ...fileOf([5, { GLOW: 'bright' }]) },
      {
        previous: [...(host?.previous ?? []), ...(host?.file === undefined ? [] : [host.file])],
      },
    );
    expect(rollbackVersion(timelineOf([after]))).toBe(v(3));
  });

  it('refuses where there is nothing, or nothing is kept', () => {
    expect(() => rollbackVersion(timelineOf([]))).toThrow('nobody has set a flag yet');
    const changes = [{ ...change(7), deltas: [], hosts: [] }];
    expect(() => rollbackVersion({ cut: true, changes })).toThrow('no longer kept');
    expect(rollbackVersion({ cut: false, changes })).toBe('0');
  });
});

describe('versionNamed', () => {
  it('takes a version, a part that only it has, and the beginning', () => {
    const timeline = timelineOf(copies);
    expect(versionNamed(timeline, v(2))).toBe(v(2));
    expect(versionNamed(timeline, '151301')).toBe(v(1));
    expect(versionNamed(timeline, '0')).toBe('0');
    expect(() => versionNamed(timeline, 'ab12')).toThrow('2 versions are "ab12"');
    expect(() => versionNamed(timeline, 'nope')).toThrow('no version "nope" is kept');
  });
});
