import { describe, expect, it } from 'vitest';
import { EXIT, EXIT_CODES } from '../../../../src/lib/common/error/exit.ts';

describe('the exit table', () => {
  it('has one code a class, each with a meaning', () => {
    const codes = EXIT_CODES.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(codes.toSorted((a, b) => a - b));
    expect(EXIT_CODES.every(({ meaning }) => meaning.endsWith('.'))).toBe(true);
    expect(EXIT).toMatchObject({ ok: 0, usage: 2, unreachable: 5, unhealthy: 10, interrupted: 130 });
  });
});
