import { sha256 } from '../common/text/digest.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { planLabAddresses } from './address.ts';
import { LAYERS, layerKey } from './recipe.ts';
import { layersOf } from './request.ts';
import type { LabHost } from './state.ts';

/** What a saved lab was made from. It is of use only as long as this is what a lab would be made from now. */
export interface SaveBinding {
  /** {@link inventoryDigest} of the inventory. */
  readonly inventory: string;
  /** The image layers that the machines lie over, as {@link imageLayers} names them. */
  readonly image: readonly string[];
  /**
   * What whoever saved it says of what was deployed, such as a digest of the sources; `null` where nothing was
   * said. Building every release anew only to compare digests would take longer than the lab takes to come up.
   */
  readonly key: string | null;
}

/**
 * A digest of what machines have of the inventory whether or not anything is deployed: sites, who is in which, the
 * addresses of hosts and tunnels. Placement and settings are left out: a deploy brings those, and does after a
 * restore as well.
 */
export function inventoryDigest(inventory: Pick<Inventory, 'sites' | 'hosts' | 'tunnels'>): string {
  const plan = planLabAddresses(inventory);
  return sha256(
    JSON.stringify({
      sites: inventory.sites.map(({ name }) => name),
      hosts: inventory.hosts.map(({ name, site }) => [name, site, plan.hosts.get(name)]),
      tunnels: [...plan.tunnels].map(([host, { local, helsinki }]) => [host, local, helsinki]),
    }),
  ).slice(0, 16);
}

/** Names of the image layers that machines are made of, each with the hash of its recipe. */
export function imageLayers(hosts: readonly LabHost[]): string[] {
  return layersOf(hosts).map((name) => `${name}-${layerKey(LAYERS[name])}`);
}

/**
 * Why a saved lab is stale; empty where it is not.
 *
 * @param now What a lab would be made from now; without a key what was deployed is not asked about.
 */
export function staleReasons(
  saved: SaveBinding,
  now: Omit<SaveBinding, 'key'> & { readonly key?: string | undefined },
): string[] {
  const reasons: string[] = [];
  if (saved.inventory !== now.inventory)
    reasons.push('the inventory has other sites, hosts or addresses since');
  const gone = saved.image.filter((layer) => !now.image.includes(layer));
  if (gone.length > 0) reasons.push(`the image has changed since: ${gone.join(', ')} is of the past`);
  if (now.key !== undefined && now.key !== saved.key) {
    const had = saved.key === null ? 'without a key' : `with the key "${saved.key}"`;
    reasons.push(`it was saved ${had}, not with "${now.key}": other releases are deployed in it`);
  }
  return reasons;
}
