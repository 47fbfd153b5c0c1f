import type { Tunnel } from '../../inventory/inventory.ts';
import { mapNetwork, planLabAddresses } from '../../lab/address.ts';
import type { RenderScope } from '../../manifest/manifest.ts';

/** What of a scope says how addresses look. */
export type AddressScope = Pick<RenderScope, 'context' | 'inventory'>;

/** An IPv4 network of the inventory as this context's hosts know it: a lab maps those of the fleet. */
export function networkIn(scope: AddressScope, network: string): string {
  return scope.context === 'lab' ? (mapNetwork(network) ?? network) : network;
}

/** The two ends of a tunnel, each an address with its prefix length, as this context has them. */
export function tunnelEnds(scope: AddressScope, tunnel: Tunnel): Pick<Tunnel, 'local' | 'helsinki'> {
  const lab =
    scope.context === 'lab' ? planLabAddresses(scope.inventory).tunnels.get(tunnel.host) : undefined;
  return lab ?? { local: tunnel.local, helsinki: tunnel.helsinki };
}

/**
 * Where operators come from. In a lab whoever comes from outside the fleet's networks is its one operator, so that the
 * rehearsal of a management range shuts out whom the range would shut out.
 *
 * @param ranges Addresses and networks as the inventory writes them.
 */
export function operatorRanges(scope: AddressScope, ranges: readonly string[]): string[] {
  if (scope.context === 'production') return [...ranges];
  const { operator } = planLabAddresses(scope.inventory);
  return [...new Set(ranges.map((range) => mapNetwork(range) ?? operator))];
}

/**
 * What a lab needs on its hosts' own link, whatever the fleet's routes say: its operator, its package mirror and its
 * object storage, which have addresses in the middle of Helsinki's. Production has none of them.
 */
export function besideTheFleet(scope: AddressScope): string[] {
  if (scope.context === 'production') return [];
  const { operator, mirror, objects } = planLabAddresses(scope.inventory);
  return [operator, mirror, objects];
}
