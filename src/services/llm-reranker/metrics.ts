import type { AlertSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Dense around the alert's threshold, which is 3 s. */
const LATENCY_MS = [
  100, 250, 500, 750, 1000, 1500, 2000, 2250, 2500, 2750, 2900, 3000, 3100, 3250, 3500, 4000, 5000, 7500,
  10_000, 20_000,
];

/** What the reranker exposes. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'llm_reranker_latency_ms',
    type: 'histogram',
    help: 'From a request to its answer, fetching the photos included, in milliseconds.',
    buckets: LATENCY_MS,
    alert: 'p95 > 3s',
  },
  {
    name: 'llm_reranker_errors',
    type: 'counter',
    help: "Requests without the model's order, by kind: gemini, input (the photo), forbidden (its URL), origin, overload, deadline, internal.",
    labels: ['kind'],
    alert: '> 5%',
  },
  { name: 'llm_reranker_requests', type: 'counter', help: 'Requests for an order, answered or not.' },
  {
    name: 'llm_reranker_cost_usd',
    type: 'counter',
    help: 'What all attempts cost, failed ones too, in US dollars by the price table.',
    labels: ['model'],
    alert: 'off until thresholds.llm_reranker_cost_usd is set: US dollars a day',
  },
  {
    name: 'llm_reranker_attempts',
    type: 'counter',
    help: 'Attempts by outcome: ok, incomplete, bad-answer, cut-off, blocked, or why Gemini did not answer.',
    labels: ['outcome'],
  },
  {
    name: 'llm_reranker_tokens',
    type: 'counter',
    help: 'Tokens that were billed, by direction: input, output.',
    labels: ['direction'],
  },
  {
    name: 'llm_reranker_breaker_open',
    type: 'gauge',
    help: '1 while Gemini is left alone since it failed too often.',
  },
];

const BY = '(host, site, service, instance)';

/** What somebody must hear of. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'LlmRerankerSlow',
    metric: 'llm_reranker_latency_ms',
    expr: 'histogram_quantile(0.95, sum by (le, host, site, service, instance) (rate(llm_reranker_latency_ms_bucket[5m]))) > $threshold',
    threshold: 3000,
    for: '5m',
    severity: 'warning',
    summary:
      'The slowest twentieth of reranks on {{ $labels.host }} takes more than {{ $value | humanize }} ms.',
  },
  {
    name: 'LlmRerankerErrors',
    metric: 'llm_reranker_errors',
    expr: `100 * sum by ${BY} (rate(llm_reranker_errors{kind!~"input|forbidden"}[5m])) / sum by ${BY} (rate(llm_reranker_requests[5m])) > $threshold`,
    threshold: 5,
    for: '5m',
    severity: 'warning',
    summary:
      "{{ $value | humanize }} % of requests to llm-reranker on {{ $labels.host }} go without the model's order.",
  },
  {
    name: 'LlmRerankerCostHigh',
    metric: 'llm_reranker_cost_usd',
    expr: 'sum(increase(llm_reranker_cost_usd[1d])) > $threshold',
    threshold: null,
    for: '5m',
    severity: 'warning',
    summary: 'Reranking has cost {{ $value | humanize }} US dollars in a day; $threshold is the limit.',
  },
];
