import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../../src/lib/operations/deploy/batches.ts';

const sizes = (count: number, size?: number) =>
  batchesOf(
    Array.from({ length: count }, (_, index) => index),
    size,
  ).map((batch) => batch.length);

describe('batchesOf', () => {
  it('grows behind the canary, or keeps to a size', () => {
    expect(sizes(30)).toEqual([1, 4, 16, 9]);
    expect(sizes(30, 10)).toEqual([1, 10, 10, 9]);
    expect(sizes(1)).toEqual([1]);
    expect(sizes(0)).toEqual([]);
  });

  it('loses no host, moves none twice, and begins with one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer()),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        (items, size) => {
          const batches = batchesOf(items, size);
          expect(batches.flat()).toEqual(items);
          if (items.length > 0) expect(batches[0]).toHaveLength(1);
        },
      ),
    );
  });
});
