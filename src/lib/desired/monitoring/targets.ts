import type { Host } from '../../inventory/inventory.ts';
import { perHost } from '../../manifest/per-host.ts';
import type { ScrapeSpec } from '../../manifest/alert.ts';
import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import { addressFrom, builtPlacements, scopeAt } from '../scope/scope-at.ts';

/** One endpoint that Prometheus asks for metrics. */
export interface ScrapeTarget {
  /** The service that answers. */
  readonly job: string;
  /** `address:port`. */
  readonly address: string;
  readonly path: string;
  readonly scheme: 'http' | 'https';
  /** Labels that its metrics bring count. */
  readonly honorLabels: boolean;
  readonly labels: TargetLabels;
}

/** What every series of a target carries. */
export interface TargetLabels {
  readonly host: string;
  readonly site: string;
  readonly service: string;
  /** The host's name and the port, where Prometheus would put the address. */
  readonly instance: string;
}

/** Every endpoint with metrics of what is built and placed, in the order of the inventory; it forgets no host. */
export function scrapeTargets(scope: RenderScope): ScrapeTarget[] {
  return builtPlacements(scope).flatMap(({ host, manifest }) =>
    scrapesOf(scope, host, manifest).map((scrape) => ({
      job: manifest.name,
      address: `${addressFrom(scope, host)}:${scrape.port}`,
      path: scrape.path ?? '/metrics',
      scheme: scrape.scheme ?? 'http',
      honorLabels: scrape.honorLabels ?? false,
      labels: {
        host: host.name,
        site: host.site,
        service: manifest.name,
        instance: `${host.name}:${scrape.port}`,
      },
    })),
  );
}

/** What a service says of its endpoints; one with metrics and without a word serves them on its own port. */
export function scrapesOf(scope: RenderScope, host: Host, manifest: Manifest): readonly ScrapeSpec[] {
  const said = perHost(manifest.scrape, scopeAt(scope, host, manifest));
  if (said !== undefined) return said;
  return manifest.port !== undefined && manifest.metrics.length > 0 ? [{ port: manifest.port }] : [];
}
