import type { RenderScope } from '../../manifest/manifest.ts';
import { addressFrom, builtPlacements, watchedHosts } from '../scope/scope-at.ts';
import { scrapeTargets } from './targets.ts';

/** What the blackbox exporter tries, each by a module of the same name. */
export type ProbeKind = 'ping' | 'ready' | 'tls';

/** The jobs of Prometheus that are probes: what they scrape is the prober, so their `up` says nothing of the target. */
export const PROBE_KINDS: readonly ProbeKind[] = ['ping', 'ready', 'tls'];

/** One thing that is tried from the monitoring host. */
export interface Probe {
  readonly kind: ProbeKind;
  /** What the prober is given: an address, `address:port` or a URL. */
  readonly target: string;
  readonly labels: {
    readonly host: string;
    readonly site: string;
    readonly service: string;
    readonly instance: string;
  };
}

/**
 * What is tried: a ping of every host, `/ready` of each of our services, and the certificate of every endpoint that
 * speaks TLS.
 */
export function probes(scope: RenderScope): Probe[] {
  const pings = watchedHosts(scope).map((host): Probe => ({
    kind: 'ping',
    target: scope.addressOf(host),
    labels: { host: host.name, site: host.site, service: 'host', instance: host.name },
  }));
  const ready = builtPlacements(scope).flatMap(({ host, manifest }): Probe[] =>
    manifest.kind === 'service'
      ? [
          {
            kind: 'ready',
            target: `http://${addressFrom(scope, host)}:${manifest.port}${manifest.health.ready}`,
            labels: {
              host: host.name,
              site: host.site,
              service: manifest.name,
              instance: `${host.name}:${manifest.port}`,
            },
          },
        ]
      : [],
  );
  const tls = scrapeTargets(scope)
    .filter(({ scheme }) => scheme === 'https')
    .map((target): Probe => ({ kind: 'tls', target: target.address, labels: target.labels }));
  return [...pings, ...ready, ...tls];
}
