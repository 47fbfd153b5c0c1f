import { describe, expect, it } from 'vitest';
import { expired, SAVED_LIMIT } from '../../../src/lib/lab/saved-expiry.ts';

const save = (id: string, bytes: number, superseded = false) => ({ id, bytes, superseded });
const nobody = () => false;

describe('expired', () => {
  const saves = [save('a', 40), save('b', 40), save('c', 40)];

  it('leaves all where they fit, to the byte', () => {
    expect(expired(saves, nobody, undefined, 120)).toEqual([]);
    expect(expired(saves, nobody, undefined)).toEqual([]);
    expect(SAVED_LIMIT).toBe(20_000_000_000);
  });

  it('takes the oldest, and no more than it must', () => {
    expect(expired(saves, nobody, undefined, 119)).toEqual(['a']);
    expect(expired(saves, nobody, undefined, 79)).toEqual(['a', 'b']);
  });

  it('never takes one that is in use, or that was just made', () => {
    expect(expired(saves, (id) => id === 'a', undefined, 50)).toEqual(['b', 'c']);
    expect(expired(saves, nobody, 'c', 10)).toEqual(['a', 'b']);
    expect(expired(saves, () => true, undefined, 0)).toEqual([]);
  });

  it('takes a replaced one as soon as nobody stands on it, and counts it no more', () => {
    const replaced = [save('a', 40), save('b', 40, true), save('c', 40)];
    expect(expired(replaced, nobody, undefined, 80)).toEqual(['b']);
    expect(expired(replaced, nobody, undefined, 79)).toEqual(['b', 'a']);
    expect(expired(replaced, (id) => id === 'b', undefined, 120)).toEqual([]);
  });
});
