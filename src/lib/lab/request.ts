import { UndeError } from '../common/error/unde-error.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { planLabAddresses } from './address.ts';
import type { LayerRecipe } from './recipe.ts';
import type { LabHost, LabState } from './state.ts';

/** What `unde lab up` is asked for. */
export interface LabWish {
  readonly name: string;
  readonly inventory: Inventory;
  /** The hosts of the inventory that are to be up, in its order. */
  readonly hosts: readonly Host[];
  /** New hosts get the image with nothing but systemd and sshd. */
  readonly bare: boolean;
  readonly mirror: boolean;
  readonly objects: boolean;
  /** Round trip between the sites in milliseconds; `undefined` leaves a running lab's as it is. */
  readonly wanDelayMs: number | undefined;
  /** Bring it up from a saved lab: of `hosts` those that it has, with their disks. */
  readonly from?: { readonly name: string; readonly key?: string | undefined } | undefined;
}

/** The state that a wish leads to; machines that the lab has already stay as they are. */
export function mergeState(before: LabState | undefined, wish: LabWish): LabState {
  const plan = planLabAddresses(wish.inventory);
  const hosts = new Map((before?.hosts ?? []).map((host) => [host.name, host]));
  for (const host of wish.hosts) {
    const address = plan.hosts.get(host.name) as string;
    const known = hosts.get(host.name);
    if (known !== undefined && (known.address !== address || known.site !== host.site)) {
      throw new UndeError({
        code: 'LAB_CHANGED',
        message: `${host.name} runs at ${known.address} (${known.site}), but by the inventory it is to be at ${address} (${host.site}) now`,
        exit: 'refused',
        where: { host: host.name },
        hint: `unde lab down${wish.name === 'default' ? '' : ` --name ${wish.name}`}, then unde lab up again`,
      });
    }
    if (known !== undefined) continue;
    hosts.set(host.name, { name: host.name, role: 'fleet', site: host.site, address, bare: wish.bare });
  }
  const site = operatorSite(wish.inventory);
  const auxiliary = (role: 'mirror' | 'objects'): LabHost => ({
    name: `lab-${role}`,
    role,
    site,
    address: plan[role],
    bare: false,
  });
  if (wish.mirror) hosts.set('lab-mirror', auxiliary('mirror'));
  if (wish.objects) hosts.set('lab-objects', auxiliary('objects'));
  return {
    name: wish.name,
    inventory: wish.inventory.file,
    wanDelayMs: wish.wanDelayMs ?? before?.wanDelayMs ?? 0,
    operator: { address: plan.operator, site },
    sites: sitesOf(wish.inventory),
    hosts: [...hosts.values()],
  };
}

/** Where operators sit: next to the core, if there is a site of that name. */
function operatorSite(inventory: Inventory): string {
  return (
    inventory.sites.find((site) => site.name === 'helsinki')?.name ?? (inventory.sites[0]?.name as string)
  );
}

function sitesOf(inventory: Inventory): readonly string[] {
  if (inventory.sites.length === 1 || inventory.sites.length === 2)
    return inventory.sites.map((site) => site.name);
  throw new UndeError({
    code: 'LAB_SITES',
    message: `the inventory has ${inventory.sites.length} sites; a lab has one, or two with a WAN link between them`,
    exit: 'config',
    where: { file: inventory.file },
    hint: 'boot from an inventory with one or two sites',
  });
}

/** The image layers that machines are made of. */
export function layersOf(hosts: readonly LabHost[]): LayerRecipe['name'][] {
  const needed = new Set<LayerRecipe['name']>(['base']);
  for (const host of hosts) {
    if (host.role !== 'fleet') needed.add(host.role);
    // The mirror serves the packages that the full image was made from.
    if (!host.bare || host.role === 'mirror') needed.add('full');
  }
  return [...needed];
}
