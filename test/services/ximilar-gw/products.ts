import type { Product } from '../../../src/services/ximilar-gw/product.ts';

/** A product that a source found. */
export function product(sku: string, similarity: number, fields: Partial<Product> = {}): Product {
  return {
    sku,
    brand: 'zara',
    similarity,
    imageUrl: `http://images/${sku}.jpg`,
    title: sku,
    category: 'dress',
    ...fields,
  };
}
