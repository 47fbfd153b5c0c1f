import { FLAG_METRICS } from '../flags/metrics.ts';
import type { Manifest, MetricSpec } from '../manifest/manifest.ts';

/** All metrics that a service serves by name: those of its manifest, and those that come with reading flags. */
export function metricsOf({ metrics, flags }: Pick<Manifest, 'metrics' | 'flags'>): readonly MetricSpec[] {
  return flags === undefined || flags.length === 0 ? metrics : [...metrics, ...FLAG_METRICS];
}
