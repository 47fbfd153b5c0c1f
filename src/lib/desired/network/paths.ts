import type { Host } from '../../inventory/inventory.ts';
import type { ClientSpec } from '../../manifest/client.ts';
import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import { perHost } from '../../manifest/per-host.ts';
import { scopeAt } from '../scope/scope-at.ts';
import { scrapesOf } from '../monitoring/targets.ts';

/** Who may use a path: hosts, every host of the fleet, or anybody. */
export type PathSource = readonly Host[] | 'fleet' | 'internet';

/** One way through a firewall that a manifest asks for. */
export interface DeclaredPath {
  /** The service that is connected to. */
  readonly service: string;
  readonly to: Host;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly from: PathSource;
  /** Who wants it, in a few words: `clients: recognition, scraper`. */
  readonly why: string;
  /** Whether the service is built; one that is only planned has nobody yet who could answer. */
  readonly built: boolean;
}

/** Every path of the fleet, host by host. */
export function declaredPaths(scope: RenderScope): DeclaredPath[] {
  return scope.hosts.flatMap((host) => pathsTo(scope, host));
}

/**
 * The paths that lead to one host: from the clients that manifests declare, wherever these are placed, built or not,
 * from Prometheus to what it scrapes and from the blackbox exporter to what it probes. A port of a planned service is
 * open as the inventory says, until its manifest knows better.
 */
export function pathsTo(scope: RenderScope, host: Host): DeclaredPath[] {
  return host.services.flatMap((service) => {
    const manifest = scope.manifests.find(({ name }) => name === service);
    return manifest === undefined ? plannedPaths(scope, host, service) : builtPaths(scope, host, manifest);
  });
}

function plannedPaths(scope: RenderScope, host: Host, service: string): DeclaredPath[] {
  const planned = scope.inventory.planned[service];
  if (planned?.port === undefined) return [];
  const { port, protocol, open } = planned;
  return [{ service, to: host, port, protocol, from: open, why: 'planned', built: false }];
}

function builtPaths(scope: RenderScope, host: Host, manifest: Manifest): DeclaredPath[] {
  const clients = perHost(manifest.clients, scopeAt(scope, host, manifest)) ?? [];
  const sockets = Map.groupBy(clients, (client) => `${portOf(manifest, client)}/${client.protocol ?? 'tcp'}`);
  const declared = [...sockets.values()].map((group) => clientPath(scope, host, manifest, group));
  const asked = [
    ...scrapesOf(scope, host, manifest).flatMap(({ port, scheme }) => [
      { by: 'prometheus', port, why: 'metrics' },
      ...(scheme === 'https' ? [{ by: 'blackbox-exporter', port, why: 'probes' }] : []),
    ]),
    ...(manifest.kind === 'service' ? [{ by: 'blackbox-exporter', port: manifest.port, why: 'probes' }] : []),
  ].map(({ by, port, why }) => path(host, manifest, port, 'tcp', others(scope, host, [by]), `${why}: ${by}`));
  return [...declared, ...asked].filter(({ from }) => typeof from === 'string' || from.length > 0);
}

/** One path for all clients of one port. */
function clientPath(
  scope: RenderScope,
  host: Host,
  manifest: Manifest,
  clients: readonly ClientSpec[],
): DeclaredPath {
  const port = portOf(manifest, clients[0]);
  const protocol = clients[0]?.protocol ?? 'tcp';
  if (clients.some((client) => 'internet' in client)) {
    return path(host, manifest, port, protocol, 'internet', 'anybody');
  }
  if (clients.some((client) => 'everybody' in client)) {
    return path(host, manifest, port, protocol, 'fleet', 'every host');
  }
  const services = clients.flatMap((client) => ('service' in client ? [client.service] : []));
  return path(
    host,
    manifest,
    port,
    protocol,
    others(scope, host, services),
    `clients: ${services.join(', ')}`,
  );
}

function path(
  to: Host,
  manifest: Manifest,
  port: number,
  protocol: DeclaredPath['protocol'],
  from: PathSource,
  why: string,
): DeclaredPath {
  return { service: manifest.name, to, port, protocol, from, why, built: true };
}

/** The hosts of services, without the one that is connected to: a host reaches itself through no firewall. */
function others(scope: RenderScope, host: Host, services: readonly string[]): Host[] {
  const hosts = services.flatMap((service) => scope.placementsOf(service));
  return [...new Set(hosts)].filter(({ name }) => name !== host.name);
}

function portOf(manifest: Manifest, client: ClientSpec | undefined): number {
  const port = client?.port ?? manifest.port;
  if (port === undefined) throw new Error(`${manifest.name} has clients, but names no port`);
  return port;
}
