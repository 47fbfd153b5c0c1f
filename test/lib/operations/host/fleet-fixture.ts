import type { Host, Inventory } from '../../../../src/lib/inventory/inventory.ts';
import { parseInventory } from '../../../../src/lib/inventory/parse.ts';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';

/** A fleet with one host of every role. */
export const FLEET: Inventory = parseInventory(
  `
sites:
  local:
    network: 10.2.0.0/24
    phase: 2
    ssh: { jump: bastion }
    hosts:
      vote-1: { id: L1, address: 10.2.0.4, status: create, task: vote, services: [votes] }
      shard: { id: L2, address: 10.2.0.5, status: create, task: data, services: [database] }
      app: { id: L3, address: 10.2.0.6, status: create, task: entry, services: [web] }
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    hosts:
      watch: { id: H1, address: 10.1.0.1, status: running, task: watch, services: [prometheus] }
      gateway: { id: H2, address: 10.1.0.2, status: running, task: way, settings: { wireguard: { gateway: linux } } }
      bastion: { id: H3, address: 10.1.0.3, status: running, task: way }
      shard-copy: { id: H4, address: 10.1.0.4, status: running, task: data, services: [database] }
      catalogue: { id: H5, address: 10.1.0.5, status: running, task: data, services: [database] }
      vote-2: { id: H6, address: 10.1.0.6, status: running, task: vote, services: [votes] }
      vote-3: { id: H7, address: 10.1.0.7, status: running, task: vote, services: [votes] }
      unnamed-1: { id: H8, address: 10.1.0.8, status: running, task: vote, services: [ballots] }
      unnamed-2: { id: H9, address: 10.1.0.9, status: running, task: vote, services: [ballots] }
      worker: { id: H10, address: 10.1.0.10, status: running, task: work, services: [web] }
groups:
  shard-0: [shard, shard-copy]
  databases: [catalogue, shard]
  voters: [vote-1, vote-2, vote-3]
quorums:
  etcd: { members: voters, survives: [local] }
planned: { web: {}, votes: {}, ballots: {}, database: {}, prometheus: {} }
`,
  '/fleet/inventory.yaml',
);

const platform = (name: string, rolling: string) =>
  ({ kind: 'platform', name, rolling }) as unknown as Manifest;

export const BUILT: readonly Manifest[] = [
  platform('votes', 'quorum'),
  platform('ballots', 'quorum'),
  platform('database', 'primary-replica'),
  platform('prometheus', 'independent'),
  { kind: 'service', name: 'web' } as unknown as Manifest,
];

/** What each database says that it is. */
export const POSTGRES = new Map([
  ['shard', 'primary'],
  ['shard-copy', 'replica'],
  ['catalogue', 'primary'],
] as const);

/** A host by its name. */
export function host(name: string): Host {
  const found = FLEET.hosts.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the fixture has no ${name}`);
  return found;
}
