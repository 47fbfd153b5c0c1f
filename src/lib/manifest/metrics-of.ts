import type { Manifest } from './manifest.ts';
import type { MetricSpec } from './metric.ts';

/** The metrics of every service that reads flags; they need not stand in its manifest. */
export const FLAG_METRICS: readonly MetricSpec[] = [
  {
    name: 'unde_flags_version_info',
    type: 'gauge',
    help: '1 for the version of the flags that the process runs; 0 is before anybody set one.',
    labels: ['version'],
  },
  {
    name: 'unde_flags_damaged',
    type: 'gauge',
    help: "1 while the process cannot use the host's file of flags, and runs the last values that were good.",
    alert: '> 0',
  },
];

/** All metrics that a service serves by name: those of its manifest, and those that come with reading flags. */
export function metricsOf({ metrics, flags }: Pick<Manifest, 'metrics' | 'flags'>): readonly MetricSpec[] {
  return flags === undefined || flags.length === 0 ? metrics : [...metrics, ...FLAG_METRICS];
}
