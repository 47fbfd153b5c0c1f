import { HOST_UP } from '../../../lib/desired/monitoring/host-up.ts';
import type { AlertSpec } from '../../../lib/manifest/alert.ts';
import type { Thresholds } from '../../../lib/desired/monitoring/threshold.ts';
import type { Dashboard, Panel } from './dashboard.ts';
import { thresholdLine } from './threshold-line.ts';

/** A site at a glance: what is wrong, then its machines. */
export function siteDashboard(site: string, alerts: readonly AlertSpec[], thresholds: Thresholds): Dashboard {
  const line = (metric: string) => thresholdLine(metric, alerts, thresholds);
  const at = `site="${site}"`;
  const byHost = (title: string, unit: string, expr: string, threshold?: number): Panel => ({
    title,
    type: 'timeseries',
    unit,
    queries: [{ expr, legend: '{{host}}' }],
    threshold,
  });
  return {
    uid: `unde-site-${site}`,
    title: `Site ${site}`,
    tags: ['unde', 'site'],
    panels: [
      {
        row: 'Now',
        title: 'Hosts that do not answer',
        type: 'stat',
        unit: 'short',
        queries: [{ expr: `count((${HOST_UP}) == 0 and on (host) up{${at}}) or vector(0)`, legend: '' }],
        threshold: 1,
      },
      {
        title: 'Services that are not ready',
        type: 'stat',
        unit: 'short',
        queries: [{ expr: `count(probe_success{job="ready", ${at}} == 0) or vector(0)`, legend: '' }],
        threshold: 1,
      },
      {
        title: 'Alerts',
        type: 'table',
        unit: 'short',
        queries: [
          {
            expr: `max by (alertname, severity, host, service) (ALERTS{alertstate="firing", ${at}})`,
            legend: '',
          },
        ],
      },
      {
        ...byHost(
          'Processors',
          'percent',
          `100 * (1 - avg by (host) (rate(node_cpu_seconds_total{mode="idle", ${at}}[2m])))`,
        ),
        row: 'Machines',
      },
      byHost('Load', 'short', `node_load1{${at}}`),
      byHost('Memory', 'percent', `memory_usage_percent{${at}}`, line('memory_usage_percent')),
      {
        title: 'Disk',
        type: 'timeseries',
        unit: 'percent',
        queries: [{ expr: `disk_usage_percent{${at}}`, legend: '{{host}} {{mountpoint}}' }],
        threshold: line('disk_usage_percent'),
      },
      {
        title: 'Disk, busy',
        type: 'timeseries',
        unit: 'percentunit',
        queries: [
          {
            expr: `max by (host) (rate(node_disk_io_time_seconds_total{${at}}[2m]))`,
            legend: '{{host}}',
          },
        ],
      },
      byHost('Clock', 's', `clock_skew_seconds{${at}}`),
      byHost(
        'Network, in',
        'Bps',
        `sum by (host) (rate(node_network_receive_bytes_total{device!="lo", ${at}}[2m]))`,
      ),
      byHost(
        'Network, out',
        'Bps',
        `sum by (host) (rate(node_network_transmit_bytes_total{device!="lo", ${at}}[2m]))`,
      ),
      byHost('Time since boot', 's', `node_time_seconds{${at}} - node_boot_time_seconds{${at}}`),
    ],
  };
}
