import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER_SET, isFlagVersion, newFlagVersion } from '../../../../src/lib/manifest/flags/version.ts';

const now = new Date('2026-11-21T15:13:05.042Z');

describe('newFlagVersion', () => {
  it('names the moment of the change', () => {
    const version = newFlagVersion([], now);
    expect(version).toMatch(/^20261121-151305042-[0-9a-f]{4}$/);
    expect(isFlagVersion(version)).toBe(true);
  });

  it('is greater than every version seen, even of a clock that was ahead', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e10, max: 1e10 })), (offsets) => {
        const seen = offsets.map((offset) => newFlagVersion([], new Date(now.getTime() + offset)));
        const made = newFlagVersion([NEVER_SET, 'damaged', ...seen], now);
        return seen.every((version) => made > version) && made > NEVER_SET;
      }),
    );
  });

  it('differs between two operators in the same millisecond', () => {
    const made = new Set(Array.from({ length: 50 }, () => newFlagVersion([], now)));
    expect(made.size).toBeGreaterThan(40);
  });
});

describe('isFlagVersion', () => {
  it.each(['', '0', 'latest', '20261321-151305042-abcd', '20261121-151305042', '20261121-151305042-abcdef'])(
    'refuses "%s"',
    (text) => {
      expect(isFlagVersion(text)).toBe(false);
    },
  );
});
