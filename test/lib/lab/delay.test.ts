import { describe, expect, it } from 'vitest';
import { parseDelay } from '../../../src/lib/lab/delay.ts';

describe('parseDelay', () => {
  it.each([
    ['120ms', 120],
    ['0.5s', 500],
    ['0', 0],
    ['0ms', 0],
    [' 60ms ', 60],
    ['10s', 10_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDelay(text)).toBe(milliseconds);
  });

  it.each(['120', '-1ms', 'fast', '', '11s', '1m', '1e3ms'])('refuses %j', (text) => {
    expect(() => parseDelay(text)).toThrow(expect.objectContaining({ code: 'BAD_DURATION', exit: 'usage' }));
  });
});
