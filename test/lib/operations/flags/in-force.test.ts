import { describe, expect, it } from 'vitest';
import { awaitFlagsInForce } from '../../../../src/lib/operations/flags/in-force.ts';
import { change, copyOf, fileOf, noteOf, v } from './fixture.ts';

const one = fileOf([1, { GLOW: 'dim' }]);
const two = fileOf([1, { GLOW: 'dim' }], [2, { SHARE: '0.1' }]);
const mend = change(9);

describe('settle', () => {
  it('has nothing to say where nobody ever set a flag', () => {
    expect(awaitFlagsInForce('lantern', [copyOf('a', 'lantern', undefined)], [], mend)).toMatchObject({
      file: undefined,
      behind: [],
    });
  });

  it('takes the newest of several hosts, and names those that are behind it', () => {
    const copies = [
      copyOf('a', 'lantern', one),
      copyOf('b', 'lantern', two),
      copyOf('c', 'lantern', undefined),
      copyOf('d', 'lantern', undefined, { kept: one }),
      copyOf('e', 'lantern', '{"vers', { kept: two }),
      copyOf('f', 'lantern', { ...two, values: { SHARE: '0.1', GLOW: 'dim' } }),
      copyOf('g', 'lantern', { ...two, values: { SHARE: '0.7' } }),
    ];
    const { file, behind } = awaitFlagsInForce('lantern', copies, [], mend);
    expect(file).toEqual(two);
    expect(behind.map(({ copy, why }) => `${copy.host}: ${why}`)).toEqual([
      `a: it is at ${v(1)}`,
      'c: it has no flags',
      'd: its file is gone',
      'e: its file is damaged: the file is not JSON',
      'g: its values are others',
    ]);
  });

  it('takes what the process kept, or what was before, of a host whose file is damaged', () => {
    const damaged = copyOf('a', 'lantern', '', { previous: [one] });
    expect(awaitFlagsInForce('lantern', [damaged], [], mend).file).toEqual(one);
    expect(awaitFlagsInForce('lantern', [{ ...damaged, kept: two }], [], mend).file).toEqual(two);
  });

  it('adds what the host has missed, by the change that it missed', () => {
    const note = noteOf('scraper', { n: 3, values: { GLOW: 'bright', SHARE: null } });
    const { file, behind, notes } = awaitFlagsInForce(
      'lantern',
      [copyOf('push', 'lantern', two)],
      [note],
      mend,
    );
    expect(file).toMatchObject({ ...change(3), values: { GLOW: 'bright' } });
    expect(file?.origins).toMatchObject({ GLOW: change(3), SHARE: change(3) });
    expect(behind).toMatchObject([{ why: `it is at ${v(2)}` }]);
    expect(notes).toEqual([note]);
    expect(
      awaitFlagsInForce('lantern', [copyOf('push', 'lantern', undefined)], [note], mend).file,
    ).toMatchObject({
      version: v(3),
      values: { GLOW: 'bright' },
    });
  });

  it('lets the later change of each flag count, and makes a third of two that crossed', () => {
    const later = fileOf([1, { GLOW: 'dim' }], [5, { GLOW: 'bright' }]);
    const note = noteOf('scraper', { n: 3, values: { GLOW: 'dim', SHARE: '0.3' } });
    const { file } = awaitFlagsInForce('lantern', [copyOf('push', 'lantern', later)], [note], mend);
    expect(file).toMatchObject({
      version: v(9),
      why: 'mended: reason 3',
      values: { GLOW: 'bright', SHARE: '0.3' },
    });
    expect(file?.origins['SHARE']).toEqual(change(3));
    const settled = noteOf('scraper', { n: 3, values: { GLOW: 'dim' } });
    expect(awaitFlagsInForce('lantern', [copyOf('push', 'lantern', later)], [settled], mend).file).toEqual(
      later,
    );
  });

  it('does not bring back what was taken back to its default', () => {
    const back = fileOf([4, { GLOW: null }]);
    const note = noteOf('scraper', { n: 3, values: { GLOW: 'dim' } });
    expect(awaitFlagsInForce('lantern', [copyOf('push', 'lantern', back)], [note], mend).file).toEqual(back);
  });

  it('takes back what a missed rollback took back, and nothing that it did not know of', () => {
    const rollback = noteOf('scraper', { n: 4, restores: v(1), undoes: [v(2), v(3)] });
    const host = copyOf('push', 'lantern', two, { previous: [one] });
    expect(awaitFlagsInForce('lantern', [host], [rollback], mend).file).toMatchObject({
      ...change(4),
      restores: v(1),
      values: { GLOW: 'dim' },
    });
    const unknown = copyOf('push', 'lantern', fileOf([1, { GLOW: 'dim' }], [8, { SHARE: '0.9' }]));
    expect(awaitFlagsInForce('lantern', [unknown], [rollback], mend).file?.values).toEqual({
      GLOW: 'dim',
      SHARE: '0.9',
    });
    const before = copyOf('push', 'lantern', one);
    expect(awaitFlagsInForce('lantern', [before], [rollback], mend)).toMatchObject({ file: one, behind: [] });
  });

  it('takes notes in the order of their changes', () => {
    const notes = [
      noteOf('scraper', { n: 4, restores: '0', undoes: [v(1), v(3)] }),
      noteOf('scraper', { n: 3, values: { GLOW: 'dim' } }),
    ];
    const { file } = awaitFlagsInForce('lantern', [copyOf('push', 'lantern', undefined)], notes, mend);
    expect(file).toMatchObject({ version: v(4), values: {} });
  });
});
