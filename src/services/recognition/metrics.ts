import type { AlertSpec, RecordSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Above these somebody must hear of it, unless the inventory says otherwise. */
export const SLOW_MS = 10_000;
export const LONG_QUEUE = 50;

/** Dense around the alert's threshold. */
const PIPELINE_MS = [
  250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 9500, 10_000, 10_500, 11_000, 12_500,
  15_000, 20_000, 30_000, 60_000,
];

/** What recognition exposes. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'recognition_pipeline_duration_ms',
    type: 'histogram',
    help: 'From the request to its result, waiting included, in milliseconds.',
    buckets: PIPELINE_MS,
    alert: 'p95 > 10s',
  },
  {
    name: 'recognition_orchestrator_errors',
    type: 'counter',
    help: 'Attempts that ended without a result.',
    alert: '> 5%',
  },
  { name: 'recognition_attempts', type: 'counter', help: 'Attempts at a request, the first one included.' },
  { name: 'recognition_requests', type: 'counter', help: 'Requests that came in, refused ones included.' },
  {
    name: 'recognition_refused',
    type: 'counter',
    help: 'Requests that were answered with 503, since too many waited.',
  },
  { name: 'recognition_dead', type: 'counter', help: 'Requests that no attempt could end.' },
  {
    name: 'recognition_queue_size',
    type: 'gauge',
    help: 'Requests that wait in the broker, or run.',
    alert: '> 50',
  },
  {
    name: 'recognition_candidates_checked',
    type: 'counter',
    help: 'Candidates whose stock was looked up.',
  },
  {
    name: 'recognition_candidates_in_stock',
    type: 'counter',
    help: 'Candidates that were seen in stock within the window.',
  },
  {
    name: 'recognition_candidates_after_availability',
    type: 'histogram',
    help: 'Candidates of a garment that were left after the availability filter.',
    buckets: [0, 1, 2, 3, 4, 5, 10, 20, 30, 50],
    alert: 'avg < 3',
  },
  { name: 'recognition_completed', type: 'counter', help: 'Requests that ended with garments looked up.' },
  {
    name: 'recognition_boosted',
    type: 'counter',
    help: 'Completed requests for which Ximilar search was asked.',
  },
  {
    name: 'recognition_tagged',
    type: 'counter',
    help: 'Completed requests for which Ximilar tagging was asked.',
  },
];

/** The operators' rates, from what is counted. */
export const records: readonly RecordSpec[] = [
  {
    name: 'recognition_availability_filter_pass_rate',
    expr: 'sum(rate(recognition_candidates_in_stock[15m])) / sum(rate(recognition_candidates_checked[15m]))',
    help: 'Share of candidates that were in stock, 0 to 1.',
  },
  {
    name: 'recognition_used_ximilar_booster_rate',
    expr: 'sum(rate(recognition_boosted[1h])) / sum(rate(recognition_completed[1h]))',
    help: 'Share of requests that used the Ximilar booster, 0 to 1; for calibrating CONFIDENCE_THRESHOLD.',
  },
  {
    name: 'recognition_used_ximilar_tagging_rate',
    expr: 'sum(rate(recognition_tagged[1h])) / sum(rate(recognition_completed[1h]))',
    help: 'Share of requests that used Ximilar tagging, 0 to 1; for calibrating the tagging budget.',
  },
];

/** What somebody must hear of. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'RecognitionSlow',
    metric: 'recognition_pipeline_duration_ms',
    expr: 'histogram_quantile(0.95, sum by (le) (rate(recognition_pipeline_duration_ms_bucket[5m]))) > $threshold',
    threshold: SLOW_MS,
    for: '5m',
    severity: 'warning',
    summary: 'recognition takes {{ $value | printf "%.0f" }} ms (p95)',
  },
  {
    name: 'RecognitionErrors',
    metric: 'recognition_orchestrator_errors',
    expr: 'sum(rate(recognition_orchestrator_errors[5m])) / sum(rate(recognition_attempts[5m])) > $threshold',
    threshold: 0.05,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the attempts at a recognition fail',
  },
  {
    name: 'RecognitionQueueLong',
    metric: 'recognition_queue_size',
    expr: 'max(recognition_queue_size) > $threshold',
    threshold: LONG_QUEUE,
    for: '2m',
    severity: 'warning',
    summary: '{{ $value }} recognition requests wait',
  },
  {
    name: 'FewProductsInStock',
    metric: 'recognition_availability_filter_pass_rate',
    expr: 'recognition_availability_filter_pass_rate < $threshold',
    threshold: 0.2,
    for: '15m',
    severity: 'warning',
    summary: 'only {{ $value | humanizePercentage }} of the candidates were seen in stock',
  },
  {
    name: 'FewCandidatesLeft',
    metric: 'recognition_candidates_after_availability',
    expr: 'sum(rate(recognition_candidates_after_availability_sum[15m])) / sum(rate(recognition_candidates_after_availability_count[15m])) < $threshold',
    threshold: 3,
    for: '15m',
    severity: 'warning',
    summary: 'a garment is left with {{ $value | printf "%.1f" }} candidates on average',
  },
];
