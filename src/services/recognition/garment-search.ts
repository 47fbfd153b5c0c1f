import type { Candidate, Garment, GarmentTags } from '../../contracts/garment.ts';
import type { SearchResponse } from '../../contracts/gateway.ts';
import type { RecognizedGarment } from '../../contracts/recognize.ts';
import { productKey } from '../../contracts/garment.ts';

type Found = RecognizedGarment['candidates'][number];

/** One garment of a photo on its way through the steps. A product stands in its list once. */
export class GarmentSearch {
  readonly #garment: Garment;
  #tags: GarmentTags | null = null;
  #candidates: readonly Found[] = [];
  /** Whether search was sure of its first candidate. */
  confident = false;
  /** Whether Ximilar was asked as a booster. */
  boosted = false;
  /** Whether tagging was tried. */
  tagged = false;
  /** Where the next candidates begin; null where there are none, or none were asked for. */
  next: string | null = null;

  constructor(garment: Garment) {
    this.#garment = garment;
  }

  /** The garment as users see it, as far as it is known. */
  get garment(): RecognizedGarment {
    return { ...this.#garment, tags: this.#tags, candidates: [...this.#candidates] };
  }

  /** Takes over what search found. */
  found(answer: SearchResponse): void {
    this.#candidates = answer.candidates.map(unchecked);
    this.confident = answer.confident;
    this.boosted ||= answer.boosted;
    this.next = answer.next;
  }

  /**
   * Adds candidates behind those that are there.
   *
   * @returns Those that were new.
   */
  more(candidates: readonly Candidate[]): readonly Found[] {
    const known = new Set(this.#candidates.map(productKey));
    const fresh = candidates.filter((each) => !known.has(productKey(each))).map(unchecked);
    this.#candidates = [...this.#candidates, ...fresh];
    return fresh;
  }

  tag(tags: GarmentTags | null): void {
    this.tagged = true;
    this.#tags = tags;
  }

  /**
   * Lets the tags' category decide: candidates of another one go, unless fewer than `least` would be left; then those
   * of the category only come first. Products without a category are never held against it.
   */
  narrow(least: number): void {
    const category = this.#tags?.category?.toLowerCase();
    if (category === undefined) return;
    const fits = (each: Found) => each.category === null || each.category.toLowerCase() === category;
    const fitting = this.#candidates.filter(fits);
    this.#candidates =
      fitting.length >= least ? fitting : [...fitting, ...this.#candidates.filter((each) => !fits(each))];
  }

  /** Replaces the list, e.g. by what is in stock, or by another order. */
  keep(candidates: readonly Found[]): void {
    this.#candidates = candidates;
  }
}

function unchecked(candidate: Candidate): Found {
  return { ...candidate, rerank_score: null, in_stock: null };
}
