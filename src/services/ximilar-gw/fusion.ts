import type { Candidate } from '../../contracts/garment.ts';
import { productKey } from '../../contracts/garment.ts';
import { candidateOf, compare, type Product } from './product.ts';

/** How little the first ranks count above the later ones (Cormack et al., 2009). */
const K = 60;

/**
 * Merges what the two sources found into one list, each product once. Their measures do not compare, so only ranks
 * count: a product's score is the sum of 1 / (60 + rank) over the lists that it stands in, as a share of the most
 * that it could be.
 */
export function fuse(pgvector: readonly Product[], ximilar: readonly Product[]): Candidate[] {
  const merged = new Map<string, Ranked>();
  for (const [source, products] of [
    ['pgvector', pgvector],
    ['ximilar', ximilar],
  ] as const) {
    for (const [index, product] of products.entries()) {
      const key = productKey(product);
      const one = candidateOf(product, source);
      const ranked = { candidate: one, best: index, sum: 1 / (K + index + 1) };
      const known = merged.get(key);
      merged.set(key, known === undefined ? ranked : join(known, ranked));
    }
  }
  const most = 2 / (K + 1);
  return [...merged.entries()]
    .sort(([keyA, a], [keyB, b]) => b.sum - a.sum || a.best - b.best || compare(keyA, keyB))
    .map(([, { candidate, sum }]) => ({ ...candidate, score: sum / most }));
}

interface Ranked {
  readonly candidate: Candidate;
  /** Its best rank, from 0. */
  readonly best: number;
  readonly sum: number;
}

/** One product in both lists: the first one's fields, filled up from the second one's. */
function join(first: Ranked, second: Ranked): Ranked {
  const { candidate: a } = first;
  const { candidate: b } = second;
  return {
    candidate: {
      ...a,
      source: 'both',
      scores: { ...a.scores, ...b.scores },
      image_url: a.image_url ?? b.image_url,
      title: a.title ?? b.title,
      category: a.category ?? b.category,
    },
    best: Math.min(first.best, second.best),
    sum: first.sum + second.sum,
  };
}
