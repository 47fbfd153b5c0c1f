import type { GarmentSearch } from './garment-search.ts';
import { productKey } from '../../contracts/garment.ts';
import { LIMITS, missing, type Run } from './run.ts';

/**
 * Shows a garment's first candidates to the language model and puts them in its order; what was not shown stays
 * behind them. Where the model does not answer, the order stays as it is, and the answer says so.
 *
 * @returns How many candidates got a score.
 */
export async function rerankGarment(run: Run, search: GarmentSearch): Promise<number> {
  const { reranker, job, report, settings, signal, remaining } = run;
  const { garment } = search;
  const shown = garment.candidates.filter((each) => each.image_url !== null).slice(0, settings.reranked);
  const answer = await reranker
    .rerank(
      {
        image_url: job.imageUrl,
        box: garment.box,
        category: garment.category,
        candidates: shown.map((each) => ({
          sku: productKey(each),
          image_url: each.image_url ?? '',
          title: each.title,
        })),
      },
      remaining(LIMITS.rerank),
      signal,
    )
    .catch((error: unknown) => missing(run, error, 'gemini'));
  if (answer === undefined) return 0;
  report.degrade(...answer.degraded);
  report.spend(answer.cost_usd);
  const byKey = new Map(garment.candidates.map((each) => [productKey(each), each]));
  const ranked = answer.ranked.flatMap(({ sku, score }) => {
    const candidate = byKey.get(sku);
    // A product that the model made up, or named twice, is none.
    byKey.delete(sku);
    return candidate === undefined ? [] : [{ ...candidate, rerank_score: score }];
  });
  search.keep([...ranked, ...garment.candidates.filter((each) => byKey.has(productKey(each)))]);
  return ranked.filter((each) => each.rerank_score !== null).length;
}
