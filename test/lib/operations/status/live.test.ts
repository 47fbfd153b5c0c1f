import { describe, expect, it } from 'vitest';
import { keyAction } from '../../../../src/lib/operations/status/live.ts';

describe('keyAction', () => {
  it('knows the keys', () => {
    expect(keyAction('q', 20)).toBe('quit');
    expect(keyAction('\u0003', 20)).toBe('interrupt');
    expect(keyAction('\u001B[B', 20)).toEqual({ scroll: 1 });
    expect(keyAction('k', 20)).toEqual({ scroll: -1 });
    expect(keyAction(' ', 20)).toEqual({ scroll: 20 });
    expect(keyAction('x', 20)).toBeUndefined();
  });
});
