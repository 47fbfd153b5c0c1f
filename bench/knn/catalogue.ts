/** A made-up catalogue of embeddings, the same at every run: photos of a product lie close, products of a category near. */
export interface CatalogueShape {
  readonly products: number;
  readonly photosPerProduct: number;
}

/** Brands with their share of the products, so that filters pass a half, a tenth and a hundredth. */
export const BRANDS = [
  { name: 'zara', share: 0.5 },
  { name: 'bershka', share: 0.39 },
  { name: 'stradivarius', share: 0.1 },
  { name: 'oysho', share: 0.01 },
] as const;

export const CATEGORIES = 24;
const DIMENSIONS = 512;
/** As images of clothes go: they differ in some dozens of ways, not in 512. */
const LATENT = 48;

/** Makes embeddings by product and photo. */
export class SyntheticCatalogue {
  readonly #projection: Float32Array;
  readonly #mean: Float32Array;

  constructor() {
    const random = gaussian(1);
    this.#projection = Float32Array.from({ length: LATENT * DIMENSIONS }, random);
    // Embeddings of one model share a direction: cosines of unrelated photos are far from zero.
    this.#mean = Float32Array.from({ length: DIMENSIONS }, () => random() * 6);
  }

  brandOf(product: number): number {
    // Spread over the catalogue, not in blocks.
    const place = (product * 0.618_033_988_749) % 1;
    let sum = 0;
    return BRANDS.findIndex(({ share }) => place < (sum += share));
  }

  categoryOf(product: number): number {
    return (product * 7919) % CATEGORIES;
  }

  /** The embedding of a product's photo; a photo number beyond the catalogue's is what a user might take. */
  embedding(product: number, photo: number): Float32Array {
    const category = gaussian(1000 + this.categoryOf(product));
    const own = gaussian(100_000 + product);
    const view = gaussian(1_000_000 + product * 16 + photo);
    const latent = Float32Array.from({ length: LATENT }, () => category() + 0.8 * own() + 0.3 * view());
    const vector = Float32Array.from(this.#mean);
    for (let from = 0; from < LATENT; from++) {
      const weight = latent[from] ?? 0;
      for (let to = 0; to < DIMENSIONS; to++) {
        vector[to] = (vector[to] ?? 0) + weight * (this.#projection[from * DIMENSIONS + to] ?? 0);
      }
    }
    for (let to = 0; to < DIMENSIONS; to++) vector[to] = (vector[to] ?? 0) + 0.8 * view();
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / norm);
  }
}

/** Normally distributed numbers, the same for the same seed (mulberry32 and Box-Muller). */
function gaussian(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
