import { sha256 } from '../common/text/digest.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { planLabAddresses } from './address.ts';
import { layerBuild } from './image.ts';
import { layersOf } from './request.ts';
import type { LabHost } from './state.ts';

/** What a saved lab was made from. It is of use only as long as this is what a lab would be made from now. */
export interface SaveBinding {
  /** {@link inventoryDigest} of the inventory. */
  readonly inventory: string;
  /** The image that the machines lie over, as {@link imageBuilds} names its layers. */
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

/** The image layers in the cache that machines are made of, each told from other builds of it. */
export function imageBuilds(hosts: readonly LabHost[]): Promise<string[]> {
  return Promise.all(layersOf(hosts).map((name) => layerBuild(name)));
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
  if (gone.length > 0) reasons.push(`it was made over another image, ${gone.join(', ')}`);
  if (now.key !== undefined && now.key !== saved.key) {
    const had = saved.key === null ? 'without a key' : `with the key "${saved.key}"`;
    reasons.push(`it was saved ${had}, not with "${now.key}": other releases are deployed in it`);
  }
  return reasons;
}
