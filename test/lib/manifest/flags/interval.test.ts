import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInterval, parseInterval } from '../../../../src/lib/manifest/flags/interval.ts';

describe('parseInterval', () => {
  it.each([
    ['24 hours', 86_400_000],
    ['1 day', 86_400_000],
    ['1h30m', 5_400_000],
    ['2 Days 12 Hours', 216_000_000],
    ['1.5 hours', 5_400_000],
    ['90min', 5_400_000],
    ['15 s', 15_000],
    ['250ms', 250],
    ['1 m', 60_000],
    ['0 s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseInterval(text)).toBe(ms);
  });

  it.each([
    '',
    '24',
    'hours',
    '24 fortnights',
    '-1 h',
    '1 h and 2 m',
    '1 h, 2 m',
    'h 1',
    '1e3 s',
    '99999999999 days',
  ])('refuses "%s"', (text) => {
    expect(parseInterval(text)).toBeUndefined();
  });
});

describe('formatInterval', () => {
  it.each([
    [86_400_000, '24 hours'],
    [172_800_000, '2 days'],
    [5_400_000, '90 minutes'],
    [1000, '1 second'],
    [0, '0 hours'],
    [1, '1 millisecond'],
  ])('writes %d', (ms, text) => {
    expect(formatInterval(ms)).toBe(text);
  });

  it('writes what parseInterval reads', () => {
    fc.assert(fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (ms) => parseInterval(formatInterval(ms)) === ms));
    fc.assert(
      fc.property(
        fc.nat(100_000),
        (hours) => parseInterval(formatInterval(hours * 3_600_000)) === hours * 3_600_000,
      ),
    );
  });
});
