import type { MetricSpec } from '../manifest/manifest.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { FlagHealth } from './flags.ts';

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

/** Exposes which flags a process runs. */
export function observeFlags(metrics: Metrics, { version, damaged }: FlagHealth): void {
  const info = metrics.gauge('unde_flags_version_info');
  info.reset();
  info.set({ version }, 1);
  metrics.gauge('unde_flags_damaged').set(damaged === undefined ? 0 : 1);
}
