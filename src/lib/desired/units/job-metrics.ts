import type { AlertSpec } from '../../manifest/alert.ts';
import type { MetricSpec } from '../../manifest/metric.ts';

const LABELS = ['service', 'job'];

/** What the units of scheduled jobs leave for node-exporter's textfile collector. */
export const jobMetrics: readonly MetricSpec[] = [
  {
    name: 'unde_job_declared',
    type: 'gauge',
    help: '1 for each scheduled job that a host should run.',
    labels: LABELS,
  },
  {
    name: 'unde_job_last_result',
    type: 'gauge',
    help: '1 when the last run of a job ended well, 0 when it failed.',
    labels: LABELS,
    alert: '== 0',
  },
  {
    name: 'unde_job_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a job last ended well, in seconds since the epoch.',
    labels: LABELS,
  },
  {
    name: 'unde_job_last_duration_seconds',
    type: 'gauge',
    help: 'How long the last run of a job took, in seconds.',
    labels: LABELS,
  },
  {
    name: 'unde_job_deadline_timestamp_seconds',
    type: 'gauge',
    help: 'By when the next run of a job must have ended, in seconds since the epoch.',
    labels: LABELS,
    alert: 'in the past',
  },
  {
    name: 'unde_job_paused',
    type: 'gauge',
    help: '1 for a job that an operator has paused.',
    labels: LABELS,
  },
];

/** What somebody must hear of a job. Only jobs that are still declared count: files of others may be left. */
export const jobAlerts: readonly AlertSpec[] = [
  {
    name: 'JobFailed',
    metric: 'unde_job_last_result',
    expr: 'unde_job_last_result == 0 and on (instance, service, job) unde_job_declared == 1',
    for: '1m',
    severity: 'warning',
    about: 'series',
    summary: 'The job {{ $labels.job }} of {{ $labels.service }} failed on {{ $labels.host }}.',
  },
  {
    name: 'JobMissed',
    metric: 'unde_job_deadline_timestamp_seconds',
    expr: 'unde_job_deadline_timestamp_seconds < time() and on (instance, service, job) unde_job_declared == 1',
    for: '5m',
    severity: 'warning',
    about: 'series',
    summary:
      'The job {{ $labels.job }} of {{ $labels.service }} should have run on {{ $labels.host }}, and has not.',
  },
];
