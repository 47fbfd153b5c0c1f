import type { ClientSpec } from '../../../../src/lib/manifest/client.ts';
import type { Manifest, PlatformManifest, RenderScope } from '../../../../src/lib/manifest/manifest.ts';
import { manifest as firewall } from '../../../../src/platform/firewall/manifest.ts';
import { manifest as wireguard } from '../../../../src/platform/wireguard/manifest.ts';
import { changed } from '../../inventory/fleet-fixture.ts';
import { testScope } from '../scope/test-scope.ts';

/** A small fleet: two hosts with tunnels, a gateway, a database, its clients, monitoring. */
const FLEET = `
everywhere: [node-exporter, firewall]
sites:
  local:
    network: 10.2.0.0/24
    phase: 2
    everywhere: [wireguard]
    hosts:
      app: { id: L1, address: 10.2.0.2, status: create, task: entry, services: [web] }
      cache: { id: L2, address: 10.2.0.4, status: create, task: cache, services: [store] }
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    everywhere: [wireguard]
    hosts:
      gateway:
        id: H1
        address: 10.1.0.2
        status: deployed
        task: router
        settings: { wireguard: { gateway: linux, endpoint: 203.0.113.2 } }
      db: { id: H2, address: 10.1.0.4, status: running, task: data, services: [store, posts] }
      worker: { id: H3, address: 10.1.0.5, status: running, task: work, services: [worker] }
      watch: { id: H4, address: 10.1.0.7, status: running, task: watching, services: [prometheus] }
services:
  firewall: { settings: { management: [198.51.100.0/24] } }
planned:
  web: { port: 443, open: internet }
  posts: { port: 8000 }
  worker: {}
  prometheus: { port: 9090 }
tunnels:
  app: { interface: wg-app, local: 10.3.0.1/32, helsinki: 10.3.0.100/32, use: events }
  cache: { interface: wg-cache, local: 10.3.7.1/32, helsinki: 10.3.7.100/32, use: routing }
`;

function platform(name: string, port: number, further: Partial<PlatformManifest> = {}): Manifest {
  return {
    kind: 'platform',
    name,
    purpose: name,
    port,
    packages: [],
    unit: `${name}.service`,
    rolling: 'independent',
    health: { path: '/', ready: '/', startSeconds: 1, stableSeconds: 1 },
    metrics: [],
    settings: [],
    files: () => [],
    ...further,
  };
}

const CLIENTS: readonly ClientSpec[] = [{ service: 'worker' }, { service: 'web' }];

/** What is built in the small fleet. */
export const MANIFESTS: readonly Manifest[] = [
  firewall,
  wireguard,
  platform('node-exporter', 9100, { scrape: [{ port: 9100 }] }),
  platform('store', 6379, { clients: CLIENTS }),
];

/** What a test changes of the small fleet. */
interface Changes {
  /** Replacements in the inventory's text. */
  readonly inventory?: readonly (readonly [from: string, to: string])[];
  readonly context?: RenderScope['context'];
  /** Names of the only hosts that exist. */
  readonly hosts?: readonly string[];
  readonly manifests?: readonly Manifest[];
  /** Names of secrets that do not exist. */
  readonly keyless?: readonly string[];
}

/** What `firewall` or `wireguard` sees on a host of the small fleet. */
export function networkScope(service: string, host: string, changes: Changes = {}): RenderScope {
  const manifests = changes.manifests ?? MANIFESTS;
  const manifest = manifests.find(({ name }) => name === service);
  if (manifest === undefined) throw new Error(`${service} is not built here`);
  const store = {
    entry: (name: string) =>
      name.startsWith('wireguard-') && !changes.keyless?.includes(name)
        ? {
            name,
            kind: 'wireguard-key' as const,
            version: '1',
            public: `PUBLIC-OF-${name.slice(10)}=`,
            changed: '',
            by: '',
          }
        : undefined,
    authority: () => undefined,
  };
  return testScope({
    inventory: changed(FLEET, changes.inventory ?? []),
    context: changes.context,
    hosts: changes.hosts,
    host,
    manifest,
    manifests,
    store,
  });
}

/** The text of a file that a platform service renders on a host. */
export function textOf(
  scope: RenderScope,
  service: 'firewall' | 'wireguard',
  path: string,
): string | undefined {
  const manifest = { firewall, wireguard }[service];
  return manifest.files(scope).find((file) => file.path === path)?.content;
}
