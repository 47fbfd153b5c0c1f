import type { Manifest } from '../../manifest/manifest.ts';
import { metricsOf } from '../../manifest/metrics-of.ts';

/** What Prometheus itself adds for every target, and for every alert. */
const BUILT_IN = ['up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'ALERTS'];

/** Every name that a query may ask for: what services expose, what rules record, what Prometheus adds. */
export function knownMetrics(manifests: readonly Manifest[]): ReadonlySet<string> {
  const exposed = manifests.flatMap((manifest) =>
    metricsOf(manifest).flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  const recorded = manifests.flatMap(({ records }) => (records ?? []).map(({ name }) => name));
  return new Set([...BUILT_IN, ...exposed, ...recorded]);
}
