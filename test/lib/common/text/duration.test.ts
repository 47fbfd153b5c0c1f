import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs, formatDuration, parseDuration } from '../../../../src/lib/common/text/duration.ts';

describe('durationMs', () => {
  it.each([
    // As flags take them.
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
    // As silences take them.
    ['90m', 5_400_000],
    ['1d12h', 129_600_000],
    ['45s', 45_000],
    ['1w', 604_800_000],
    // As a lab's delay and a certificate's end are written.
    ['0.5s', 500],
    [' 60ms ', 60],
    ['30d', 2_592_000_000],
  ])('reads %s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
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
    '2x',
    '99999999999 days',
  ])('refuses "%s"', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});

describe('parseDuration', () => {
  const rule = { what: 'a pause', hint: 'for example: 5s', leastMs: 1000, mostMs: 10_000 };

  it('takes what is within its limits', () => {
    expect(parseDuration('1s', rule)).toBe(1000);
    expect(parseDuration('10s', rule)).toBe(10_000);
  });

  it.each(['', '5', '0', '0s', '999ms', '11s', '5 parrots'])('refuses %j, and says what it takes', (text) => {
    expect(() => parseDuration(text, rule)).toThrow(
      expect.objectContaining({
        code: 'BAD_DURATION',
        exit: 'usage',
        message: `"${text}" is not a pause`,
        hint: 'for example: 5s',
      }),
    );
  });

  it('counts a bare number where the rule says in what, and zero without', () => {
    expect(parseDuration('30', { ...rule, mostMs: 1e12, bareMs: 86_400_000 })).toBe(2_592_000_000);
    expect(parseDuration('0', { ...rule, leastMs: 0 })).toBe(0);
  });
});

describe('formatDuration', () => {
  it.each([
    [1_209_600_000, '14 days'],
    [86_400_000, '24 hours'],
    [172_800_000, '2 days'],
    [5_400_000, '90 minutes'],
    [1000, '1 second'],
    [0, '0 hours'],
    [1, '1 millisecond'],
  ])('writes %d', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes what durationMs reads', () => {
    fc.assert(fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (ms) => durationMs(formatDuration(ms)) === ms));
    fc.assert(
      fc.property(
        fc.nat(100_000),
        (hours) => durationMs(formatDuration(hours * 3_600_000)) === hours * 3_600_000,
      ),
    );
  });
});
