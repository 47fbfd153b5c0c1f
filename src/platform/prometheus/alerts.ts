import { flagAlerts } from '../../lib/desired/monitoring/flag-alerts.ts';
import type { AlertSpec } from '../../lib/manifest/alert.ts';
import { PROBE_KINDS } from '../../lib/desired/monitoring/probes.ts';

/** The file system with Prometheus' data, whichever mount that is. */
const DATA_DISK = ['/var/lib/prometheus', '/var/lib', '/var', '/']
  .map((mountpoint) => `node_filesystem_size_bytes{mountpoint="${mountpoint}"}`)
  .join(' or on (host) ');

/** What can go wrong with monitoring itself, and with what it watches. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'TargetDown',
    metric: 'up',
    expr: `up{job!~"${PROBE_KINDS.join('|')}"} == 0`,
    for: '2m',
    severity: 'warning',
    about: 'series',
    summary: '{{ $labels.job }} on {{ $labels.host }} does not answer Prometheus: nothing is known of it.',
  },
  {
    name: 'PrometheusHeadSeriesHigh',
    metric: 'prometheus_tsdb_head_series',
    expr: 'prometheus_tsdb_head_series > $threshold',
    threshold: 500_000,
    for: '10m',
    severity: 'warning',
    summary: 'Prometheus holds {{ $value | humanize }} series in memory; more than $threshold press on it.',
  },
  {
    name: 'PrometheusDiskUsageHigh',
    metric: 'prometheus_tsdb_storage_blocks_bytes',
    expr: `100 * prometheus_tsdb_storage_blocks_bytes / on (host) max by (host) (${DATA_DISK}) > $threshold`,
    threshold: 80,
    for: '10m',
    severity: 'warning',
    summary: "Prometheus' data takes {{ $value | humanize }} % of its disk.",
  },
  {
    name: 'PrometheusRuleFailures',
    metric: 'prometheus_rule_evaluation_failures_total',
    expr: 'increase(prometheus_rule_evaluation_failures_total[5m]) > 0',
    for: '0s',
    severity: 'critical',
    summary: 'Rules of group {{ $labels.rule_group }} cannot be evaluated: its alerts cannot fire.',
  },
  {
    name: 'PrometheusConfigReloadFailed',
    metric: 'prometheus_config_last_reload_successful',
    expr: 'prometheus_config_last_reload_successful == 0',
    for: '1m',
    severity: 'warning',
    summary: 'Prometheus refused its configuration and goes on with an older one.',
  },
  {
    name: 'PrometheusAlertsDropped',
    metric: 'prometheus_notifications_dropped_total',
    // What fires is handed over again every minute: a restart of Alertmanager drops some once, and loses none.
    expr: 'increase(prometheus_notifications_dropped_total[2m]) > 0',
    for: '3m',
    severity: 'critical',
    summary: 'Prometheus could not hand alerts to Alertmanager: nobody hears of them.',
  },
  ...flagAlerts,
];
