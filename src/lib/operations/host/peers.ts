import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { quorumsOf } from './role.ts';

/** A host that must be well while another one is down, and why. */
export interface Peer {
  readonly host: Host;
  /** The services that must be well there; empty where it is enough that the host answers. */
  readonly services: readonly string[];
  readonly why: string;
}

type Rolling = 'quorum' | 'primary-replica';

/** Services of a rolling kind that are placed on both hosts. */
function sharedServices(a: Host, b: Host, manifests: readonly Manifest[], rolling: Rolling): string[] {
  return manifests
    .filter((manifest) => manifest.kind === 'platform' && manifest.rolling === rolling)
    .map(({ name }) => name)
    .filter((name) => a.services.includes(name) && b.services.includes(name));
}

/** The hosts that may hold the same database as another one: they share a group, and such a service. */
export function possibleCopies(
  host: Host,
  hosts: readonly Host[],
  { groups }: Inventory,
  manifests: readonly Manifest[],
): Host[] {
  const near = new Set(
    Object.values(groups).flatMap((members) => (members.includes(host.name) ? members : [])),
  );
  return hosts.filter(
    (other) =>
      other.name !== host.name &&
      near.has(other.name) &&
      sharedServices(host, other, manifests, 'primary-replica').length > 0,
  );
}

/**
 * The hosts that must be well before a host goes down; a pure function. Two members of a quorum are never down at the
 * same time, and neither are a database and its copy.
 *
 * @param hosts Those that there are in this context.
 * @param postgres What each host's PostgreSQL says that it is, by host; a host that has none, or was not asked, is
 *   missing.
 */
export function peersOf(
  host: Host,
  hosts: readonly Host[],
  inventory: Inventory,
  manifests: readonly Manifest[],
  postgres: ReadonlyMap<string, 'primary' | 'replica'>,
): Peer[] {
  const peers = new Map<string, Peer>();
  const add = (other: Host, services: readonly string[], why: string) => {
    const before = peers.get(other.name);
    peers.set(other.name, {
      host: other,
      services: [...new Set([...(before?.services ?? []), ...services])],
      why: before?.why ?? why,
    });
  };
  const others = (names: readonly string[]) =>
    hosts.filter(({ name }) => name !== host.name && names.includes(name));
  const shared = (other: Host, rolling: Rolling) => sharedServices(host, other, manifests, rolling);

  for (const quorum of quorumsOf(host, inventory)) {
    const members = inventory.groups[inventory.quorums[quorum]?.members ?? ''] ?? [];
    for (const other of others(members)) {
      add(other, shared(other, 'quorum'), `votes with ${host.name} in the quorum ${quorum}`);
    }
  }
  // A quorum that the inventory does not name is one all the same.
  for (const other of others(hosts.map(({ name }) => name))) {
    const votes = shared(other, 'quorum');
    if (votes.length > 0) add(other, votes, `votes with ${host.name} in ${votes.join(', ')}`);
  }
  for (const members of Object.values(inventory.groups)) {
    if (!members.includes(host.name)) continue;
    for (const other of others(members)) {
      const roles = [postgres.get(host.name), postgres.get(other.name)];
      const pair = roles.includes('replica') && roles.every((role) => role !== undefined);
      if (pair) add(other, shared(other, 'primary-replica'), `holds the same database as ${host.name}`);
    }
  }
  return [...peers.values()];
}
