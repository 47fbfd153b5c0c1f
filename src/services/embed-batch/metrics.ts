import type { AlertSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** What embed-batch exposes. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'embed_batch_throughput_imgs_sec',
    type: 'gauge',
    help: 'Photos embedded a second, over the last minute.',
    alert: '< 3',
  },
  { name: 'embed_batch_running', type: 'gauge', help: '1 while a run is at work.' },
  {
    name: 'embed_batch_job_duration_sec',
    type: 'gauge',
    help: 'How long the run has been open, or was, in seconds.',
    alert: '> 86400',
  },
  {
    name: 'embed_batch_errors',
    type: 'counter',
    help: 'What went wrong, by kind: photo (it cannot be embedded), internal (database, storage or model).',
    labels: ['kind'],
    alert: '> 5%',
  },
  { name: 'embed_batch_photos', type: 'counter', help: 'Photos that were worked on, embedded or not.' },
];

/** What somebody must hear of. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'EmbedBatchSlow',
    metric: 'embed_batch_throughput_imgs_sec',
    expr: 'embed_batch_throughput_imgs_sec < $threshold and embed_batch_running == 1',
    threshold: 3,
    for: '10m',
    severity: 'warning',
    summary: 'embed-batch embeds {{ $value | printf "%.1f" }} photos a second',
  },
  {
    name: 'EmbedBatchLong',
    metric: 'embed_batch_job_duration_sec',
    expr: 'embed_batch_job_duration_sec > $threshold and embed_batch_running == 1',
    threshold: 86_400,
    for: '5m',
    severity: 'warning',
    summary: 'a run of embed-batch has been at work for {{ $value | humanizeDuration }}',
  },
  {
    name: 'EmbedBatchErrors',
    metric: 'embed_batch_errors',
    expr: 'sum(increase(embed_batch_errors[30m])) / sum(increase(embed_batch_photos[30m])) > $threshold',
    threshold: 0.05,
    for: '10m',
    severity: 'warning',
    summary: '{{ $value | humanizePercentage }} of the photos cannot be embedded',
  },
];
