import { describe, expect, it } from 'vitest';
import { trialRandom } from '../../../scripts/drill/random.ts';

const draws = (seed: number, cell: number, run: number) => {
  const random = trialRandom(seed, cell, run);
  return [random.fraction(), random.integer(1, 1000), random.pick(['a', 'b', 'c', 'd'])];
};

describe('trialRandom', () => {
  it('follows from seed, cell and run alone', () => {
    expect(draws(1, 2, 3)).toEqual(draws(1, 2, 3));
    for (const other of [draws(2, 2, 3), draws(1, 3, 3), draws(1, 2, 4), draws(12, 3, 3)])
      expect(other).not.toEqual(draws(1, 2, 3));
  });

  it('draws whole ranges, both ends included, and nothing outside', () => {
    const random = trialRandom(7, 1, 1);
    const drawn = new Set(Array.from({ length: 300 }, () => random.integer(2, 5)));
    expect(drawn).toEqual(new Set([2, 3, 4, 5]));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
