import { checkInventory } from '../../../src/lib/operations/inventory/check/check.ts';
import type { Finding } from '../../../src/lib/operations/inventory/check/finding.ts';
import type { Host, InventoryFile } from '../../../src/lib/inventory/inventory.ts';
import { parseInventory } from '../../../src/lib/inventory/parse.ts';
import type { Manifest, PlatformManifest, ServiceManifest } from '../../../src/lib/manifest/manifest.ts';

/** A small fleet at two sites without anything wrong; each test changes one thing in it. */
export const SOUND_FLEET = `
everywhere: [node-exporter]
sites:
  local:
    network: 10.2.0.0/24
    phase: 2
    largest_host: { vcpu: 16, ram_gb: 32 }
    everywhere: [wireguard]
    hosts:
      app: { id: L1, address: 10.2.0.2, status: create, task: entry, services: [web] }
      cache: { id: L2, address: 10.2.0.3, status: create, task: cache, services: [redis] }
      vote-1: { id: L3, address: 10.2.0.4, status: create, task: vote, services: [etcd] }
      shard: { id: L4, address: 10.2.0.5, vcpu: 16, ram_gb: 32, huge_pages: 4400, status: create, task: data }
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    hosts:
      gateway: { id: H1, address: 10.1.0.2, status: deployed, task: router, services: [wireguard] }
      broker: { id: H2, address: 10.1.0.3, type: CX23, status: running, task: queue, services: [redis] }
      vote-2: { id: H3, address: 10.1.0.4, status: running, task: vote, services: [etcd] }
      embedder: { id: H4, address: 10.1.0.5, status: create, task: vectors, services: [embedder] }
  witness:
    network: 192.0.2.0/24
    phase: 1
    hosts:
      vote-3: { id: W1, address: 192.0.2.1, status: create, task: vote, services: [etcd] }
groups:
  votes: [vote-1, vote-2, vote-3]
services:
  embedder: { settings: { queue: 8 }, assets: { model: model.onnx } }
planned:
  web: { port: 443 }
  redis: { port: 6379 }
  etcd: { port: 2379 }
  wireguard: { port: 51820, protocol: udp }
tunnels:
  app: { interface: wg-app, local: 10.3.0.1/32, helsinki: 10.3.0.100/32, use: events }
  cache: { interface: wg-cache, local: 10.3.1.1/32, helsinki: 10.3.1.100/32, use: routing }
  vote-1: { interface: wg-vote, local: 10.3.2.1/32, helsinki: 10.3.2.100/32, use: heartbeat }
  shard: { interface: wg-shard, local: 10.3.3.1/32, helsinki: 10.3.3.100/32, use: WAL }
quorums:
  etcd: { members: votes, survives: [local, helsinki] }
queues:
  dialogue: { host: cache, users: [app] }
growth:
  users_per_shard: 800
  stages:
    - { name: start, shards: 1, users: 800 }
thresholds: { disk: 80 }
scrape:
  local: ["10.2.0.2:9100", "10.2.0.3:9100", "10.2.0.4:9100", "10.2.0.5:9100"]
  helsinki: ["10.1.0.2:9100", "10.1.0.3:9100", "10.1.0.4:9100", "10.1.0.5:9100", "10.1.0.5:8003"]
  witness: ["192.0.2.1:9100"]
claims:
  old page:
    broker: { type: CX23 }
`;

/** The services of {@link SOUND_FLEET} that count as built. */
export const MANIFESTS: readonly Manifest[] = [
  {
    kind: 'service',
    name: 'embedder',
    purpose: 'photos to vectors',
    port: 8003,
    metrics: [{ name: 'embedder_errors', type: 'counter', help: 'failed requests' }],
    settings: [
      {
        key: 'queue',
        variable: 'UNDE_EMBEDDER_QUEUE',
        type: 'integer',
        default: 4,
        purpose: 'waiting requests',
      },
    ],
    health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 3 },
    limits: { stopSeconds: 10, watchdogSeconds: 30 },
    workers: [],
    nativeModules: [],
    assets: [
      { name: 'model.onnx', key: 'model', purpose: 'the image tower' },
      { name: 'golden.json', key: 'golden', purpose: 'its golden vector', optional: true },
    ],
  } satisfies ServiceManifest,
  {
    kind: 'platform',
    name: 'node-exporter',
    purpose: 'metrics of the machine',
    port: 9100,
    metrics: [],
    alerts: [
      {
        name: 'DiskFull',
        metric: 'disk',
        expr: 'disk > $threshold',
        threshold: 90,
        for: '5m',
        severity: 'warning',
        summary: 'full',
      },
    ],
    settings: [],
    packages: ['prometheus-node-exporter'],
    unit: 'prometheus-node-exporter.service',
    rolling: 'independent',
    health: { path: '/metrics', ready: '/metrics', startSeconds: 10, stableSeconds: 2 },
    files: () => [],
  } satisfies PlatformManifest,
];

/** The sound fleet with one text replaced by another; the text must be there. */
export function fleetWith(...changes: readonly (readonly [from: string, to: string])[]): InventoryFile {
  return parseInventory(changed(SOUND_FLEET, changes), '/fleet/inventory.yaml');
}

/** The text of the sound fleet with replacements. */
export function changed(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`the fixture does not contain: ${from}`);
    return result.replace(from, to);
  }, text);
}

/** What all the rules together find in the sound fleet after some changes. */
export function findingsWith(
  ...changes: readonly (readonly [from: string, to: string])[]
): readonly Finding[] {
  return checkInventory({ inventory: fleetWith(...changes), manifests: MANIFESTS });
}

/** The codes of {@link findingsWith}. */
export function codesWith(...changes: readonly (readonly [from: string, to: string])[]): string[] {
  return findingsWith(...changes).map(({ code }) => code);
}

/** A host of an inventory by its name. */
export function hostOf(inventory: InventoryFile, name: string): Host {
  const host = inventory.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`the fixture has no host ${name}`);
  return host;
}
