/** What a model costs, in US dollars for a million tokens. */
interface ModelPrice {
  readonly input: number;
  /** Thoughts are billed as output. */
  readonly output: number;
}

/** Names this table; it stands in every cost row, so that a sum can be redone once a price turns out to be wrong. */
export const PRICE_TABLE = 'gemini-2026-11';

/** Google's list prices of the standard tier (ai.google.dev/gemini-api/docs/pricing): text and pictures in, text out. */
const PRICES: Readonly<Record<string, ModelPrice>> = {
  'gemini-2.5-flash': { input: 0.3, output: 2.5 },
  'gemini-2.5-flash-lite': { input: 0.1, output: 0.4 },
  'gemini-2.5-pro': { input: 1.25, output: 10 },
};

/** The models that have a price. */
export const PRICED_MODELS = Object.keys(PRICES);

/** Tokens of one request. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/**
 * What a request cost, in US dollars.
 *
 * @throws Error for a model that the table has no price of; a service refuses such a model at its start.
 */
export function costOf(model: string, { input, output }: Tokens): number {
  const price = PRICES[model];
  if (price === undefined) throw new Error(`price table ${PRICE_TABLE} has no price of ${model}`);
  return (input * price.input + output * price.output) / 1e6;
}
