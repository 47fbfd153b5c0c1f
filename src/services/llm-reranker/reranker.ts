import type { RerankRequest, RerankResponse } from '../../contracts/rerank.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { Gemini } from '../../lib/runtime/vendors/gemini/client.ts';
import { askForRanking, type CostRow } from './attempts.ts';
import type { Pictures, Shown } from './pictures.ts';
import { comparisonRequest } from './prompt.ts';
import type { Ranking } from './ranking.ts';

/** What the reranker is made of. */
export interface RerankerParts {
  readonly pictures: Pick<Pictures, 'garment' | 'candidates'>;
  readonly gemini: Pick<Gemini, 'generate'>;
  readonly model: string;
  /** How many candidates the model is shown, at most. */
  readonly shown: number;
  /** Told of every attempt as soon as it has ended, whatever becomes of the request. */
  readonly onRow: (row: CostRow) => void;
}

/** An answer, and why the order is the old one where it is. */
export interface Reranked {
  readonly answer: Omit<RerankResponse, 'ms'>;
  readonly error: Error | undefined;
}

/** What of the time the candidates' photos may take; the rest is the model's. */
const PHOTOS_SHARE = 0.35;

/** Has the model compare a garment with candidates. Where it does not answer, the order stays as it is. */
export class Reranker {
  readonly #parts: RerankerParts;

  constructor(parts: RerankerParts) {
    this.#parts = parts;
  }

  /**
   * The candidates in the model's order. Those that it was not shown, or says nothing of, follow in their own.
   *
   * @throws FetchError, ImageError for the garment's photo; a candidate's photo that cannot be had is left out
   */
  async rerank(request: RerankRequest, deadline: Deadline): Promise<Reranked> {
    const { pictures, gemini, model, onRow } = this.#parts;
    const [garment, candidates] = await Promise.all([
      pictures.garment(request, deadline),
      pictures.candidates(request, this.#parts.shown, deadline.within(deadline.remaining * PHOTOS_SHARE)),
    ]);
    if (candidates.length === 0) {
      const error = new Error('no photo of a candidate could be had');
      return { answer: this.#answer(request, [], undefined, []), error };
    }
    const { ranking, rows, error } = await askForRanking({
      gemini,
      model,
      request: comparisonRequest({ garment, category: request.category, candidates }),
      count: candidates.length,
      deadline,
      onRow,
    });
    const answer = this.#answer(request, candidates, ranking, rows);
    return { answer, error: ranking === undefined ? error : undefined };
  }

  #answer(
    request: RerankRequest,
    shown: readonly Shown[],
    ranking: Ranking | undefined,
    rows: readonly CostRow[],
  ): Omit<RerankResponse, 'ms'> {
    const sum = (of: (row: CostRow) => number) => rows.reduce((all, row) => all + of(row), 0);
    return {
      ranked: inOrder(request, shown, ranking),
      degraded: ranking === undefined ? ['gemini'] : [],
      model: this.#parts.model,
      cost_usd: sum((row) => row.cost_usd),
      tokens: { input: sum((row) => row.input_tokens), output: sum((row) => row.output_tokens) },
      attempts: [...rows],
    };
  }
}

/** Every candidate once: those with a score by it, the others behind them as they came. */
function inOrder(
  { candidates }: RerankRequest,
  shown: readonly Shown[],
  ranking: Ranking | undefined,
): RerankResponse['ranked'] {
  const scored = new Map(
    (ranking?.verdicts ?? []).flatMap(({ candidate, score, reason }) => {
      const sku = shown[candidate - 1]?.sku;
      return sku === undefined ? [] : [[sku, { sku, score, reason }] as const];
    }),
  );
  const others = new Set(candidates.map(({ sku }) => sku)).difference(scored);
  return [...scored.values(), ...[...others].map((sku) => ({ sku, score: null, reason: null }))];
}
