import type { Product } from './product.ts';

/** How sure pgvector's answer is. */
export interface Confidence {
  /** Likeness of the best product; null where there is none. */
  readonly top1: number | null;
  /** Its lead over the second product; a lone product leads by all that it has. */
  readonly margin: number | null;
  readonly confident: boolean;
}

/** What the flags ask of a sure answer. */
export interface Demands {
  readonly threshold: number;
  readonly margin: number;
}

/** What nobody was asked for. */
export const UNASKED: Confidence = { top1: null, margin: null, confident: false };

/** Sums and differences of cosines are not exact: a margin of .1 must not fail for .85 - .75 being .0999…. */
const ROUNDING = 1e-9;

/**
 * Whether the best product is good enough, and far enough ahead of the second one. Products count, not photos: the
 * second-best photo is usually another one of the best product.
 *
 * @param products The most alike first, each once.
 */
export function confidenceOf(products: readonly Product[], demands: Demands): Confidence {
  const [best, second] = products;
  if (best === undefined) return UNASKED;
  const top1 = best.similarity;
  const margin = top1 - (second?.similarity ?? 0);
  const confident = top1 >= demands.threshold - ROUNDING && margin >= demands.margin - ROUNDING;
  return { top1, margin, confident };
}
