import { productKey, type Candidate, type CandidateSource } from '../../contracts/garment.ts';

/** A product that a source found, by its best photo. */
export interface Product {
  readonly sku: string;
  readonly brand: string;
  /** How alike by the source's own measure; 1 is the same. */
  readonly similarity: number;
  readonly imageUrl: string | null;
  readonly title: string | null;
  readonly category: string | null;
}

/** What a source answers: products, the most alike first, each once. */
export interface FoundProduct {
  readonly products: readonly Product[];
  /** Whether there may be more behind them. */
  readonly more: boolean;
}

/** Folds photos into products: of several photos of one product the most alike counts. The order is by likeness. */
export function foldPhotos(photos: readonly Product[]): Product[] {
  const best = new Map<string, Product>();
  for (const photo of photos) {
    const key = productKey(photo);
    const known = best.get(key);
    if (known === undefined || photo.similarity > known.similarity) best.set(key, photo);
  }
  return [...best.values()].sort(
    (a, b) => b.similarity - a.similarity || compare(productKey(a), productKey(b)),
  );
}

/** A product of one source alone as a candidate. */
export function candidateOf(product: Product, source: Exclude<CandidateSource, 'both'>): Candidate {
  const { sku, brand, similarity, imageUrl, title, category } = product;
  return {
    sku,
    brand,
    source,
    score: Math.min(1, Math.max(0, similarity)),
    scores: { [source]: similarity },
    image_url: imageUrl,
    title,
    category,
  };
}

/** Orders texts the same everywhere, whatever the locale. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
