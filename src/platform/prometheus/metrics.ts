import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Of what Prometheus says of itself, that which alerts and dashboards use. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'prometheus_tsdb_head_series',
    type: 'gauge',
    help: 'Series that are held in memory.',
    alert: '> 500K',
  },
  {
    name: 'prometheus_tsdb_storage_blocks_bytes',
    type: 'gauge',
    help: 'Bytes of the blocks on disk.',
    alert: '> 80% disk',
  },
  {
    name: 'prometheus_tsdb_head_samples_appended_total',
    type: 'counter',
    help: 'Samples that were taken in.',
    labels: ['type'],
  },
  {
    name: 'prometheus_rule_evaluation_failures_total',
    type: 'counter',
    help: 'Rules that could not be evaluated, by group.',
    labels: ['rule_group'],
    alert: '> 0',
  },
  {
    name: 'prometheus_config_last_reload_successful',
    type: 'gauge',
    help: '0 once it has refused a configuration.',
    alert: '== 0',
  },
  {
    name: 'prometheus_notifications_dropped_total',
    type: 'counter',
    help: 'Alerts that could not be handed to Alertmanager.',
    labels: ['alertmanager'],
    alert: '> 0',
  },
];
