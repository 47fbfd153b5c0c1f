import type { Metrics } from '../metrics/metrics.ts';
import type { FlagHealth } from './flags.ts';

/** Exposes which flags a process runs. */
export function observeFlags(metrics: Metrics, { version, damaged }: FlagHealth): void {
  const info = metrics.gauge('unde_flags_version_info');
  info.reset();
  info.set({ version }, 1);
  metrics.gauge('unde_flags_damaged').set(damaged === undefined ? 0 : 1);
}
