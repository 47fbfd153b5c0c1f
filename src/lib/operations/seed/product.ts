/** A product that nobody sells: for labs, demos and tests of retrieval. */
export interface SyntheticProduct {
  readonly brand: string;
  readonly sku: string;
  readonly name: string;
  readonly category: Category;
  readonly price: number;
  readonly look: Appearance;
}

/** What a product looks like; two products never share all of it. */
export interface Appearance {
  readonly category: Category;
  /** `#rrggbb` */
  readonly colour: string;
  readonly accent: string;
  readonly pattern: Pattern;
}

const CATEGORIES = ['dress', 'jacket', 'trousers', 'skirt', 'shirt'] as const;
export type Category = (typeof CATEGORIES)[number];
const PATTERNS = ['plain', 'stripes', 'checks', 'dots'] as const;
export type Pattern = (typeof PATTERNS)[number];
const COLOURS = {
  red: '#b3202c',
  navy: '#1c2b52',
  olive: '#5b6236',
  sand: '#d2b98c',
  black: '#1d1d1f',
  white: '#f1efe8',
  teal: '#1f7f7a',
  pink: '#d98aa4',
  rust: '#a3532a',
  lilac: '#9a86bf',
} as const;

/** The brands that the catalogue of labs is of. */
const BRANDS = ['zara', 'bershka', 'pullandbear', 'stradivarius', 'massimodutti', 'oysho'];

/**
 * Makes up a catalogue: the same numbers give the same products. Each product differs from every other in category,
 * colours or pattern as long as there are fewer than 1,800; beyond that, in its brand.
 *
 * @param brands How many brands, at most six.
 * @param perBrand How many products each has.
 */
export function syntheticCatalogue(brands: number, perBrand: number): SyntheticProduct[] {
  const names = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
  return BRANDS.slice(0, brands).flatMap((brand, b) =>
    Array.from({ length: perBrand }, (_, index): SyntheticProduct => {
      const n = index * Math.min(brands, BRANDS.length) + b;
      const category = pick(CATEGORIES, n);
      const pattern = pick(PATTERNS, Math.floor(n / CATEGORIES.length));
      const base = Math.floor(n / (CATEGORIES.length * PATTERNS.length));
      const colour = pick(names, base);
      // Never the colour itself: a pattern of one colour is none.
      const accent = pick(names, base + 1 + (Math.floor(base / names.length) % (names.length - 1)));
      return {
        brand,
        sku: `${brand.slice(0, 2).toUpperCase()}${String(1000 + index)}`,
        name: `${colour} ${pattern === 'plain' ? '' : `${pattern} `}${category}`,
        category,
        price: 19.95 + (n % 12) * 10,
        look: { category, colour: COLOURS[colour], accent: COLOURS[accent], pattern },
      };
    }),
  );
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
