import type { Logger } from 'pino';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import type { CostRow } from './attempts.ts';

/** Writes every attempt's row into the log and the counters, so that no failed one is forgotten. */
export function bill(metrics: Metrics, log: Pick<Logger, 'info'>): (row: CostRow) => void {
  return (row) => {
    metrics.counter('llm_reranker_attempts').inc({ outcome: row.outcome });
    metrics.counter('llm_reranker_cost_usd').inc({ model: row.model }, row.cost_usd);
    metrics.counter('llm_reranker_tokens').inc({ direction: 'input' }, row.input_tokens);
    metrics.counter('llm_reranker_tokens').inc({ direction: 'output' }, row.output_tokens);
    log.info({ cost: row }, `attempt ${row.attempt}: ${row.outcome}`);
  };
}
