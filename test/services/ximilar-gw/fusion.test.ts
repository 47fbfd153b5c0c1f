import { array, assert, constantFrom, double, property, record, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidate } from '../../../src/contracts/garment.ts';
import { fuse } from '../../../src/services/ximilar-gw/fusion.ts';
import { productKey } from '../../../src/contracts/garment.ts';
import { foldPhotos, type Product } from '../../../src/services/ximilar-gw/product.ts';
import { product } from './products.ts';

const anyProduct = record({
  sku: constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
  brand: constantFrom('zara', 'oysho'),
  similarity: double({ min: -1, max: 1, noNaN: true }),
}).map(({ sku, brand, similarity }): Product => product(sku, similarity, { brand }));
const list = uniqueArray(anyProduct, { selector: productKey }).map(foldPhotos);

const keys = (products: readonly { brand: string; sku: string }[]) => products.map(productKey);

describe('foldPhotos', () => {
  it('takes several photos of a product for one, by the most alike', () => {
    const folded = foldPhotos([
      product('A', 0.8, { imageUrl: 'A/1' }),
      product('B', 0.85),
      product('A', 0.9, { imageUrl: 'A/2' }),
      product('A', 0.9, { brand: 'oysho' }),
    ]);
    expect(keys(folded)).toEqual(['oysho/A', 'zara/A', 'zara/B']);
    expect(folded[1]).toMatchObject({ similarity: 0.9, imageUrl: 'A/2' });
  });

  it('loses no product, repeats none, and orders by likeness, whatever order the photos come in', () => {
    assert(
      property(array(anyProduct), (photos) => {
        const folded = foldPhotos(photos);
        expect(new Set(keys(folded))).toEqual(new Set(keys(photos)));
        expect(new Set(keys(folded)).size).toBe(folded.length);
        for (const [index, each] of folded.entries()) {
          expect(each.similarity).toBeGreaterThanOrEqual(folded[index + 1]?.similarity ?? -1);
          const own = photos.filter((photo) => productKey(photo) === productKey(each));
          expect(each.similarity).toBe(Math.max(...own.map(({ similarity }) => similarity)));
        }
        expect(keys(foldPhotos(photos.toReversed()))).toEqual(keys(folded));
      }),
    );
  });
});

describe('fuse', () => {
  it('puts what both found before what one found, by rank and not by score', () => {
    const fused = fuse(
      [product('A', 0.99), product('B', 0.98), product('C', 0.97)],
      [product('D', 0.1), product('B', 0.09)],
    );
    expect(keys(fused)).toEqual(['zara/B', 'zara/A', 'zara/D', 'zara/C']);
    expect(fused[0]).toMatchObject({ source: 'both', scores: { pgvector: 0.98, ximilar: 0.09 } });
    expect(fused[0]?.score).toBeCloseTo(2 / 62 / (2 / 61), 10);
    expect(fused[1]).toMatchObject({ source: 'pgvector', scores: { pgvector: 0.99 } });
    expect(fused[2]).toMatchObject({ source: 'ximilar', scores: { ximilar: 0.1 } });
  });

  it('fills up what one source does not know', () => {
    const [one] = fuse(
      [product('A', 0.9, { title: null, category: 'dress' })],
      [product('A', 0.5, { title: 'A dress', category: null, imageUrl: 'other' })],
    );
    expect(one).toMatchObject({ title: 'A dress', category: 'dress', image_url: 'http://images/A.jpg' });
  });

  it('keeps every product once, in order, with scores of 0 to 1', () => {
    assert(
      property(list, list, (pgvector, ximilar) => {
        const fused = fuse(pgvector, ximilar);
        expect(new Set(keys(fused))).toEqual(new Set([...keys(pgvector), ...keys(ximilar)]));
        expect(new Set(keys(fused)).size).toBe(fused.length);
        for (const [index, each] of fused.entries()) {
          candidate.parse(each);
          expect(each.score).toBeGreaterThan(0);
          expect(each.score).toBeLessThanOrEqual(1);
          expect(each.score).toBeGreaterThanOrEqual(fused[index + 1]?.score ?? 0);
          const both = 'pgvector' in each.scores && 'ximilar' in each.scores;
          expect(each.source === 'both').toBe(both);
        }
      }),
    );
  });

  it('keeps the order of one list where the other is empty, and of both where they agree', () => {
    assert(
      property(list, (products) => {
        expect(keys(fuse(products, []))).toEqual(keys(products));
        expect(keys(fuse([], products))).toEqual(keys(products));
        expect(keys(fuse(products, products))).toEqual(keys(products));
      }),
    );
  });

  it('never puts a product behind another that both lists rank lower', () => {
    assert(
      property(list, list, (pgvector, ximilar) => {
        const places = new Map(keys(fuse(pgvector, ximilar)).map((key, index) => [key, index]));
        const [first, second] = [keys(pgvector), keys(ximilar)];
        for (const [at, key] of first.entries()) {
          for (const worse of first.slice(at + 1)) {
            if (second.indexOf(key) < 0 || second.indexOf(worse) < second.indexOf(key)) continue;
            expect(places.get(key)).toBeLessThan(places.get(worse) ?? -1);
          }
        }
      }),
    );
  });
});
