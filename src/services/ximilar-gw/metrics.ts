import type { AlertSpec, RecordSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Dense around the alerts' threshold, which is 1 s. */
const LATENCY_MS = [
  25, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950, 1000, 1050, 1100, 1250, 1500, 2000, 3000, 5000,
  10_000,
];
/** Dense around 50 ms. */
const KNN_MS = [
  1, 2, 3, 4, 5, 7.5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 75, 100, 150, 250, 500, 1000, 2000,
];

/** What the gateway exposes. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'ximilar_gw_detect_latency_ms',
    type: 'histogram',
    help: 'From a request to /detect to its answer, fetching the photo included, in milliseconds.',
    buckets: LATENCY_MS,
    alert: 'p95 > 1s',
  },
  {
    name: 'ximilar_gw_tag_latency_ms',
    type: 'histogram',
    help: 'From a request to /tag to its answer, in milliseconds.',
    buckets: LATENCY_MS,
  },
  {
    name: 'ximilar_gw_search_latency_ms',
    type: 'histogram',
    help: 'From a request to /search to its answer, in milliseconds.',
    buckets: LATENCY_MS,
    alert: 'p95 > 1s',
  },
  {
    name: 'ximilar_gw_requests',
    type: 'counter',
    help: 'Requests by operation: detect, tag, search.',
    labels: ['operation'],
  },
  {
    name: 'ximilar_gw_errors',
    type: 'counter',
    help: 'What requests went without or failed by: ximilar, pgvector, input (the photo), forbidden (its URL), origin, overload, deadline, internal.',
    labels: ['operation', 'kind'],
    alert: '> 5%',
  },
  {
    name: 'ximilar_gw_rate_limit_hits',
    type: 'counter',
    help: "Requests that Ximilar's rate limit kept from their answer, by who noticed: bucket (ours), vendor (a 429).",
    labels: ['by'],
    alert: '> 0',
  },
  {
    name: 'ximilar_gw_breaker_open',
    type: 'gauge',
    help: '1 while somebody is left alone who failed too often: ximilar, embedder, pgvector (the database).',
    labels: ['remote'],
  },
  {
    name: 'ximilar_gw_searches',
    type: 'counter',
    help: 'Searches that were answered, by the mode that was in force.',
    labels: ['backend'],
  },
  {
    name: 'ximilar_gw_boosted',
    type: 'counter',
    help: "Searches for which Ximilar's search was asked as a booster.",
  },
  {
    name: 'pgvector_knn_latency_ms',
    type: 'histogram',
    help: 'The search among the embeddings, waiting for a connection included, in milliseconds.',
    buckets: KNN_MS,
    alert: 'p95 > 50ms',
  },
  {
    name: 'pgvector_knn_results_count',
    type: 'histogram',
    help: 'Products that a search found, by whether it was filtered by brand or category.',
    labels: ['filtered'],
    buckets: [0, 1, 2, 5, 8, 9, 10, 15, 20, 30, 40, 49, 50, 100, 200],
    alert: '< 10',
  },
  {
    name: 'pgvector_knn_paths',
    type: 'counter',
    help: 'Searches by their way: index (HNSW), exact, or exact after the index found too few.',
    labels: ['path'],
  },
];

/** The operators' rate, from what is counted. */
export const records: readonly RecordSpec[] = [
  {
    name: 'ximilar_booster_rate',
    expr: 'sum(rate(ximilar_gw_boosted[1h])) / sum(rate(ximilar_gw_searches[1h]))',
    help: 'Share of searches that used the Ximilar booster, 0 to 1.',
  },
];

const BY = '(host, site, service, instance)';
const p95 = (name: string) =>
  `histogram_quantile(0.95, sum by (le, host, site, service, instance) (rate(${name}_bucket[5m]))) > $threshold`;

/** What somebody must hear of. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'XimilarDetectSlow',
    metric: 'ximilar_gw_detect_latency_ms',
    expr: p95('ximilar_gw_detect_latency_ms'),
    threshold: 1000,
    for: '5m',
    severity: 'warning',
    summary:
      'The slowest twentieth of detections on {{ $labels.host }} takes more than {{ $value | humanize }} ms.',
  },
  {
    name: 'XimilarSearchSlow',
    metric: 'ximilar_gw_search_latency_ms',
    expr: p95('ximilar_gw_search_latency_ms'),
    threshold: 1000,
    for: '5m',
    severity: 'warning',
    summary:
      'The slowest twentieth of searches on {{ $labels.host }} takes more than {{ $value | humanize }} ms.',
  },
  {
    name: 'XimilarGatewayErrors',
    metric: 'ximilar_gw_errors',
    expr: `100 * sum by ${BY} (rate(ximilar_gw_errors{kind!~"input|forbidden"}[5m])) / sum by ${BY} (rate(ximilar_gw_requests[5m])) > $threshold`,
    threshold: 5,
    for: '5m',
    severity: 'warning',
    summary:
      '{{ $value | humanize }} % of requests to ximilar-gw on {{ $labels.host }} fail, or go without a source.',
  },
  {
    name: 'XimilarRateLimitHit',
    metric: 'ximilar_gw_rate_limit_hits',
    expr: `sum by ${BY} (increase(ximilar_gw_rate_limit_hits[5m])) > $threshold`,
    threshold: 0,
    for: '0s',
    severity: 'warning',
    summary:
      "Ximilar's rate limit kept {{ $value | humanize }} requests of {{ $labels.host }} from their answer.",
  },
  {
    name: 'PgvectorKnnSlow',
    metric: 'pgvector_knn_latency_ms',
    expr: p95('pgvector_knn_latency_ms'),
    threshold: 50,
    for: '5m',
    severity: 'warning',
    summary:
      'The slowest twentieth of searches among the embeddings takes more than {{ $value | humanize }} ms.',
  },
  {
    name: 'PgvectorFewResults',
    metric: 'pgvector_knn_results_count',
    expr: `sum by ${BY} (rate(pgvector_knn_results_count_sum{filtered="no"}[15m])) / sum by ${BY} (rate(pgvector_knn_results_count_count{filtered="no"}[15m])) < $threshold`,
    threshold: 10,
    for: '5m',
    severity: 'warning',
    summary:
      'A search among the embeddings finds {{ $value | humanize }} products on average: the index is not whole.',
  },
];
