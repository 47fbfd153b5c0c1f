import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { FlagSpec } from '../../../../src/lib/manifest/flag.ts';
import {
  canonicalText,
  formatFlag,
  parseFlag,
  takes,
  type FlagValues,
} from '../../../../src/lib/manifest/flags/value.ts';

const backend = {
  name: 'SEARCH_BACKEND',
  type: 'enum',
  values: ['ximilar', 'pgvector', 'conditional', 'dual'],
  default: 'conditional',
  purpose: 'the search mode',
} as const satisfies FlagSpec;
const margin = {
  name: 'MARGIN',
  type: 'float',
  range: [0, 1],
  default: '0.10',
  purpose: 'the least gap',
} as const satisfies FlagSpec;
const least = {
  name: 'MIN',
  type: 'int',
  default: '3',
  purpose: 'the least number',
} as const satisfies FlagSpec;
const span = {
  name: 'WINDOW',
  type: 'interval',
  range: [60_000, 604_800_000],
  default: '24 hours',
  purpose: 'how fresh',
} as const satisfies FlagSpec;

function refusal(spec: FlagSpec, text: string): unknown {
  try {
    return parseFlag(spec, text);
  } catch (error) {
    return error;
  }
}

describe('parseFlag', () => {
  it('reads each type', () => {
    expect(parseFlag(backend, ' dual ')).toBe('dual');
    expect(parseFlag(margin, '0.80')).toBe(0.8);
    expect(parseFlag(margin, '1')).toBe(1);
    expect(Object.is(parseFlag(margin, '-0'), 0)).toBe(true);
    expect(parseFlag(least, '12')).toBe(12);
    expect(parseFlag(span, '1 day')).toBe(86_400_000);
  });

  it.each<[FlagSpec, string]>([
    [backend, 'Dual'],
    [backend, ''],
    [backend, 'toString'],
    [margin, '1.01'],
    [margin, '-0.1'],
    [margin, 'NaN'],
    [margin, 'Infinity'],
    [margin, '0x1'],
    [margin, '0,5'],
    [margin, ''],
    [margin, '1e-999999 '],
    [least, '1.5'],
    [least, '9007199254740993'],
    [least, 'three'],
    [span, '30 s'],
    [span, '8 days'],
    [span, '24'],
  ])('refuses what %o does not take: "%s"', (spec, text) => {
    const error = refusal(spec, text);
    if (text.trim() === '1e-999999') return expect(error).toBe(0);
    expect(error).toMatchObject({ code: 'BAD_FLAG_VALUE', exit: 'usage' });
    expect(String(error)).toContain(spec.name);
  });

  it('says what a flag takes, and what was probably meant', () => {
    expect(refusal(backend, 'ximlar')).toMatchObject({
      message: 'SEARCH_BACKEND takes one of ximilar, pgvector, conditional, dual, not "ximlar"',
      hint: 'did you mean ximilar?',
    });
    expect(refusal(margin, '7')).toMatchObject({
      message: 'MARGIN takes a number from 0 to 1, not "7"',
      hint: 'MARGIN is the least gap',
    });
    expect(takes(least)).toBe('a whole number');
    expect(takes(span)).toBe('a length of time such as 90 minutes or 24 hours, 1 minute to 7 days');
  });

  it('reads what formatFlag wrote', () => {
    const value = (spec: FlagSpec, arbitrary: fc.Arbitrary<string | number>) =>
      fc.assert(fc.property(arbitrary, (each) => parseFlag(spec, formatFlag(spec, each)) === each));
    value(backend, fc.constantFrom(...backend.values));
    value(
      { ...margin, range: [-1e300, 1e300] },
      fc.double({ noNaN: true, min: -1e300, max: 1e300 }).map((n) => n + 0),
    );
    value(
      least,
      fc.maxSafeInteger().map((n) => n + 0),
    );
    value(span, fc.integer({ min: 60_000, max: 604_800_000 }));
  });

  it('never returns anything that a flag does not take', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        const read = refusal(margin, text);
        return read instanceof Error || (typeof read === 'number' && read >= 0 && read <= 1);
      }),
    );
  });

  it('has one text for each value', () => {
    expect([canonicalText(span, '1 day'), canonicalText(span, '24h')]).toEqual(['24 hours', '24 hours']);
    expect(canonicalText(margin, '0.80')).toBe('0.8');
  });

  it('types values by their specs', () => {
    const specs = [backend, margin] as const;
    expectTypeOf<FlagValues<typeof specs>>().toEqualTypeOf<{
      readonly SEARCH_BACKEND: 'ximilar' | 'pgvector' | 'conditional' | 'dual';
      readonly MARGIN: number;
    }>();
  });
});
