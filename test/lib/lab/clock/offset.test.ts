import { describe, expect, it } from 'vitest';
import { formatOffset, parseOffset } from '../../../../src/lib/lab/clock/offset.ts';

describe('parseOffset', () => {
  it.each([
    ['+30d', 30 * 86_400],
    ['-2h30m', -9000],
    ['+1w1s', 604_801],
    ['reset', 0],
  ])('reads %s', (text, seconds) => expect(parseOffset(text)).toBe(seconds));

  it.each(['30d', '+', '+30', '+0s', '+3x', '+30d ', 'tomorrow', '+40000d'])('refuses "%s"', (text) =>
    expect(() => parseOffset(text)).toThrow(expect.objectContaining({ code: 'BAD_OFFSET' }) as Error),
  );
});

describe('formatOffset', () => {
  it.each(['+30d', '-2h30m', '+1d1s', 'reset'])('writes what is read: %s', (text) =>
    expect(formatOffset(parseOffset(text))).toBe(text),
  );
});
