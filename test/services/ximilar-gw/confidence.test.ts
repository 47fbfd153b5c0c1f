import { describe, expect, it } from 'vitest';
import { confidenceOf, UNASKED } from '../../../src/services/ximilar-gw/confidence.ts';
import { product } from './products.ts';

describe('confidenceOf', () => {
  it.each([
    // top1, top2, threshold, margin, confident
    [0.9, 0.7, 0.8, 0.1, true],
    [0.8, 0.7, 0.8, 0.1, true],
    [0.85, 0.75, 0.8, 0.1, true],
    [0.79, 0.5, 0.8, 0.1, false],
    [0.9, 0.81, 0.8, 0.1, false],
    [0.9, 0.9, 0.8, 0, true],
    [0.9, 0.9, 0.8, 0.01, false],
    [0.1, 0.05, 0, 0, true],
    [1, 0, 1, 1, true],
    [0.999, 0, 1, 0, false],
    [1, 0.001, 0, 1, false],
  ])('top1 %f and top2 %f, asked for %f and %f: %s', (first, second, threshold, margin, confident) => {
    const answer = confidenceOf([product('A', first), product('B', second)], { threshold, margin });
    expect(answer.confident).toBe(confident);
    expect(answer.top1).toBe(first);
    expect(answer.margin).toBeCloseTo(first - second, 12);
  });

  it('lets a lone product lead by all that it has, and is never sure of nothing', () => {
    const demands = { threshold: 0.8, margin: 0.1 };
    expect(confidenceOf([product('A', 0.85)], demands)).toEqual({
      top1: 0.85,
      margin: 0.85,
      confident: true,
    });
    expect(confidenceOf([product('A', 0.7)], demands).confident).toBe(false);
    expect(confidenceOf([], { threshold: 0, margin: 0 })).toEqual(UNASKED);
  });
});
