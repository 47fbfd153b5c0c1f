import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const prometheus = target('monitoring', 'prometheus', 9090);
const node = target('monitoring', 'node-exporter', 9100);
const embedder = target('embedder', 'embedder', 8003);
const root = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
const data = { device: '/dev/sdb1', fstype: 'ext4', mountpoint: '/var/lib/prometheus' };

export const cases: Readonly<Record<string, AlertCase>> = {
  TargetDown: {
    silent: { [of('up', embedder)]: '1', [of('up', { ...embedder, job: 'ready' })]: '0' },
    firing: { [of('up', embedder)]: '0' },
    says: 'embedder on embedder does not answer Prometheus: nothing is known of it.',
    labels: labelsOf(embedder),
    service: 'embedder',
  },
  PrometheusHeadSeriesHigh: {
    silent: { [of('prometheus_tsdb_head_series', prometheus)]: '500000' },
    firing: { [of('prometheus_tsdb_head_series', prometheus)]: '600000' },
    says: 'Prometheus holds 600k series in memory; more than 500000 press on it.',
    labels: labelsOf(prometheus),
  },
  PrometheusDiskUsageHigh: {
    // A file system of its own counts, and not the one around it.
    silent: {
      [of('prometheus_tsdb_storage_blocks_bytes', prometheus)]: '85',
      [of('node_filesystem_size_bytes', node, root)]: '100',
      [of('node_filesystem_size_bytes', node, data)]: '1000',
    },
    firing: {
      [of('prometheus_tsdb_storage_blocks_bytes', prometheus)]: '85',
      [of('node_filesystem_size_bytes', node, root)]: '100',
    },
    says: "Prometheus' data takes 85 % of its disk.",
    labels: { host: 'monitoring' },
  },
  PrometheusRuleFailures: {
    silent: {
      [of('prometheus_rule_evaluation_failures_total', prometheus, { rule_group: 'rules.yml;redis' })]: '3',
    },
    firing: {
      [of('prometheus_rule_evaluation_failures_total', prometheus, { rule_group: 'rules.yml;redis' })]: '3+1',
    },
    says: 'Rules of group rules.yml;redis cannot be evaluated: its alerts cannot fire.',
    labels: labelsOf(prometheus, { rule_group: 'rules.yml;redis' }),
  },
  PrometheusConfigReloadFailed: {
    silent: { [of('prometheus_config_last_reload_successful', prometheus)]: '1' },
    firing: { [of('prometheus_config_last_reload_successful', prometheus)]: '0' },
    says: 'Prometheus refused its configuration and goes on with an older one.',
    labels: labelsOf(prometheus),
  },
  PrometheusAlertsDropped: {
    silent: {
      [of('prometheus_notifications_dropped_total', prometheus, { alertmanager: 'http://127.0.0.1:9093' })]:
        '2',
    },
    firing: {
      [of('prometheus_notifications_dropped_total', prometheus, { alertmanager: 'http://127.0.0.1:9093' })]:
        '2+1',
    },
    says: 'Prometheus could not hand alerts to Alertmanager: nobody hears of them.',
    labels: labelsOf(prometheus, { alertmanager: 'http://127.0.0.1:9093' }),
  },
};
