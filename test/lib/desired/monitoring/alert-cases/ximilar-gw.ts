import { of, target, type AlertCase } from './alert-case.ts';

const gateway = target('ximilar-gw', 'ximilar-gw', 8001);
const labels = { host: 'ximilar-gw', site: 'helsinki', instance: 'ximilar-gw:8001' };

/** Of 100 observations a minute, so many take no longer than the bucket's bound. */
function histogram(metric: string, counts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(counts).map(([le, count]) => [of(`${metric}_bucket`, gateway, { le }), `0+${count}`]),
  );
}

const slow = (metric: string, says: string): AlertCase => ({
  // Exactly 95 of 100 take no longer than 1 s.
  silent: histogram(metric, { '900': 90, '1000': 95, '1100': 100, '+Inf': 100 }),
  firing: histogram(metric, { '900': 90, '1000': 94, '1100': 100, '+Inf': 100 }),
  says,
  labels,
});
const errors = (operation: string, kind: string) => of('ximilar_gw_errors', gateway, { operation, kind });
const results = (part: 'sum' | 'count', filtered: 'yes' | 'no') =>
  of(`pgvector_knn_results_count_${part}`, gateway, { filtered });

export const cases: Readonly<Record<string, AlertCase>> = {
  XimilarDetectSlow: slow(
    'ximilar_gw_detect_latency_ms',
    'The slowest twentieth of detections on ximilar-gw takes more than 1.017k ms.',
  ),
  XimilarSearchSlow: slow(
    'ximilar_gw_search_latency_ms',
    'The slowest twentieth of searches on ximilar-gw takes more than 1.017k ms.',
  ),
  XimilarGatewayErrors: {
    silent: {
      [of('ximilar_gw_requests', gateway, { operation: 'search' })]: '0+100',
      [errors('search', 'ximilar')]: '0+5',
      // Whoever sends what is no photo is not the gateway's fault.
      [errors('search', 'input')]: '0+50',
      [errors('search', 'forbidden')]: '0+20',
    },
    firing: {
      [of('ximilar_gw_requests', gateway, { operation: 'detect' })]: '0+50',
      [of('ximilar_gw_requests', gateway, { operation: 'search' })]: '0+50',
      [errors('detect', 'ximilar')]: '0+3',
      [errors('search', 'pgvector')]: '0+3',
    },
    says: '6 % of requests to ximilar-gw on ximilar-gw fail, or go without a source.',
    labels,
  },
  XimilarRateLimitHit: {
    silent: { [of('ximilar_gw_rate_limit_hits', gateway, { by: 'bucket' })]: '7' },
    firing: { [of('ximilar_gw_rate_limit_hits', gateway, { by: 'vendor' })]: '0+2' },
    says: "Ximilar's rate limit kept 10 requests of ximilar-gw from their answer.",
    labels,
  },
  PgvectorKnnSlow: {
    silent: histogram('pgvector_knn_latency_ms', { '45': 90, '50': 95, '60': 100, '+Inf': 100 }),
    firing: histogram('pgvector_knn_latency_ms', { '45': 90, '50': 94, '60': 100, '+Inf': 100 }),
    says: 'The slowest twentieth of searches among the embeddings takes more than 51.67 ms.',
    labels,
  },
  PgvectorFewResults: {
    // A filter may leave few: that says nothing of the index.
    silent: {
      [results('sum', 'no')]: '0+1000',
      [results('count', 'no')]: '0+100',
      [results('sum', 'yes')]: '0+100',
      [results('count', 'yes')]: '0+100',
    },
    firing: { [results('sum', 'no')]: '0+900', [results('count', 'no')]: '0+100' },
    says: 'A search among the embeddings finds 9 products on average: the index is not whole.',
    labels,
  },
};
