import type { RecordSpec } from '../../../lib/manifest/alert.ts';
import type { Manifest } from '../../../lib/manifest/manifest.ts';
import type { MetricSpec } from '../../../lib/manifest/metric.ts';
import type { Thresholds } from '../../../lib/desired/monitoring/threshold.ts';
import type { Dashboard, Panel, Query } from './dashboard.ts';
import { thresholdLine } from './threshold-line.ts';

/**
 * Everything that a service says of itself, drawn from its manifest: a graph for each metric and each recorded metric,
 * with the line at which its alert fires. `undefined` where it says nothing.
 */
export function serviceDashboard(manifest: Manifest, thresholds: Thresholds): Dashboard | undefined {
  const { name, purpose, metrics, records = [], alerts = [] } = manifest;
  if (metrics.length + records.length === 0) return undefined;
  const line = (metric: string) => thresholdLine(metric, alerts, thresholds);
  const panels: Panel[] = [
    ...metrics.map((metric) => ({ ...metricPanel(metric), threshold: line(metric.name) })),
    ...records.map((record) => ({ ...recordPanel(record), threshold: line(record.name) })),
  ];
  return {
    uid: `unde-service-${name}`,
    title: `Service ${name}`,
    tags: ['unde', 'service'],
    hostsOf: seriesOf(metrics[0]) ?? records[0]?.name ?? 'up',
    panels: panels.map((panel, index) => (index === 0 ? { ...panel, row: purpose } : panel)),
  };
}

/** A name under which a metric's series are found. */
function seriesOf(metric: MetricSpec | undefined): string | undefined {
  return metric?.type === 'histogram' ? `${metric.name}_count` : metric?.name;
}

const HERE = '{host=~"$host"}';

function metricPanel({ name, type, help, labels = [] }: MetricSpec): Panel {
  const legend = ['{{host}}', ...labels.map((label) => `{{${label}}}`)].join(' ');
  const by = ['host', ...labels].join(', ');
  const queries: Readonly<Record<MetricSpec['type'], readonly Query[]>> = {
    counter: [{ expr: `sum by (${by}) (rate(${name}${HERE}[2m]))`, legend }],
    gauge: [{ expr: `max by (${by}) (${name}${HERE})`, legend }],
    histogram: [50, 95, 99].map((percent) => ({
      expr: `histogram_quantile(${percent / 100}, sum by (le, ${by}) (rate(${name}_bucket${HERE}[2m])))`,
      legend: `p${percent} ${legend}`,
    })),
  };
  return {
    title: name,
    description: type === 'counter' ? `${help} A second.` : help,
    type: 'timeseries',
    unit: unitOf(name, type),
    queries: queries[type],
  };
}

function recordPanel({ name, help }: RecordSpec): Panel {
  return {
    title: name,
    description: help,
    type: 'timeseries',
    unit: unitOf(name, 'gauge'),
    queries: [{ expr: `${name}${HERE}`, legend: '{{host}}' }],
  };
}

/** The unit that a metric's name tells. */
function unitOf(name: string, type: MetricSpec['type']): string {
  const base = name.replace(/_total$/, '');
  const units: readonly (readonly [string, string])[] = [
    ['_ms', 'ms'],
    ['_timestamp_seconds', 'dateTimeAsIso'],
    ['_seconds', 's'],
    ['_bytes', 'bytes'],
    ['_percent', 'percent'],
    ['_usage', 'percent'],
    ['_ratio', 'percentunit'],
  ];
  const unit = units.find(([end]) => base.endsWith(end))?.[1] ?? 'short';
  if (type !== 'counter') return unit;
  return unit === 'bytes' ? 'Bps' : unit === 's' ? 'percentunit' : 'short';
}
