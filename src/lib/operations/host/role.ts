import type { Host, Inventory } from '../../inventory/inventory.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { WIREGUARD } from '../../desired/network/tunnels.ts';

/**
 * What a host is to others while it is down, the least first: nobody waits for an `ordinary` one; a `voter` takes a
 * vote away; a `replica` its primary's only copy; with a `primary` everybody waits who uses it; behind a `way` other
 * hosts are not reached; and without `monitoring` nobody sees any of it.
 */
export type HostRole = (typeof ROLES)[number];

const ROLES = ['ordinary', 'voter', 'replica', 'primary', 'way', 'monitoring'] as const;

/** Where alerts come from. */
const WATCHERS = ['prometheus', 'alertmanager'];

/** The order in which roles take their turn: from the one that matters least to the one that sees the others. */
export function turnOf(role: HostRole): number {
  return ROLES.indexOf(role);
}

/**
 * A host's role; a pure function.
 *
 * @param postgres What the host's PostgreSQL says that it is.
 */
export function roleOf(
  host: Host,
  inventory: Inventory,
  manifests: readonly Manifest[],
  postgres: 'primary' | 'replica' | undefined,
): HostRole {
  if (host.services.some((service) => WATCHERS.includes(service))) return 'monitoring';
  if (isWay(host, inventory)) return 'way';
  const rolling = manifests.flatMap((manifest) =>
    manifest.kind === 'platform' && host.services.includes(manifest.name) ? [manifest.rolling] : [],
  );
  if (rolling.includes('primary-replica')) return postgres === 'replica' ? 'replica' : 'primary';
  return rolling.includes('quorum') || quorumsOf(host, inventory).length > 0 ? 'voter' : 'ordinary';
}

/** Names of the quorums that a host votes in. */
export function quorumsOf(host: Host, { quorums, groups }: Inventory): string[] {
  return Object.entries(quorums).flatMap(([name, { members }]) =>
    groups[members]?.includes(host.name) === true ? [name] : [],
  );
}

/** A jump host of others, or the gateway at which their tunnels end. */
function isWay(host: Host, { hosts }: Inventory): boolean {
  const gateway = host.settings[WIREGUARD]?.['gateway'] ?? '';
  return gateway !== '' || hosts.some(({ name, ssh }) => name !== host.name && ssh.jump === host.name);
}
