import type { AlertSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Dense around the alert's threshold, which is 300 ms. */
const LATENCY_MS = [10, 25, 50, 75, 100, 150, 200, 250, 275, 300, 325, 350, 400, 500, 750, 1000, 2500, 5000];

/** What the embedder exposes. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'embedder_inference_latency_ms',
    type: 'histogram',
    help: 'From the decoded photo to its vector, waiting for a batch included, in milliseconds.',
    buckets: LATENCY_MS,
    alert: 'p95 > 300ms',
  },
  {
    name: 'embedder_errors',
    type: 'counter',
    help: 'Requests without a vector, by kind: input (the photo), forbidden (its URL), origin, overload, internal.',
    labels: ['kind'],
    alert: '> 1%',
  },
  { name: 'embedder_requests', type: 'counter', help: 'Requests for a vector, answered or not.' },
  {
    name: 'embedder_request_latency_ms',
    type: 'histogram',
    help: 'From the request to its vector, fetching the photo included, in milliseconds.',
    buckets: LATENCY_MS,
  },
  {
    name: 'embedder_stage_latency_ms',
    type: 'histogram',
    help: 'Where the time goes, in milliseconds: fetch, decode (waiting included), queue, run.',
    labels: ['stage'],
    buckets: LATENCY_MS,
  },
  {
    name: 'embedder_batch_size',
    type: 'histogram',
    help: 'How many photos were computed together.',
    buckets: [1, 2, 4, 8],
  },
  { name: 'embedder_in_flight', type: 'gauge', help: 'Requests that are taken on and not yet answered.' },
  { name: 'embedder_queue_depth', type: 'gauge', help: 'Decoded photos that wait for a batch.' },
  {
    name: 'embedder_abandoned',
    type: 'counter',
    help: 'Requests whose client went away before the answer.',
  },
  {
    name: 'embedder_model_info',
    type: 'gauge',
    help: '1 for the model that is loaded.',
    labels: ['model'],
  },
];

/** When somebody should look. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'EmbedderSlow',
    metric: 'embedder_inference_latency_ms',
    expr: 'histogram_quantile(0.95, sum by (le, host, site, service, instance) (rate(embedder_inference_latency_ms_bucket[5m]))) > $threshold',
    threshold: 300,
    for: '5m',
    severity: 'warning',
    summary:
      'The slowest twentieth of embeddings on {{ $labels.host }} takes more than {{ $value | humanize }} ms.',
  },
  {
    name: 'EmbedderErrors',
    metric: 'embedder_errors',
    expr: '100 * sum by (host, site, service, instance) (rate(embedder_errors[5m])) / sum by (host, site, service, instance) (rate(embedder_requests[5m])) > $threshold',
    threshold: 1,
    for: '5m',
    severity: 'warning',
    summary: '{{ $value | humanize }} % of requests to the embedder on {{ $labels.host }} get no vector.',
  },
];
