import { UndeError } from '../common/error/unde-error.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { planLabAddresses } from './address.ts';
import type { LayerRecipe } from './recipe.ts';
import type { LabHost, LabState } from './state.ts';

/** What `unde lab up` is asked for. */
export interface LabRequest {
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

/** The state that a request leads to; machines that the lab has already stay as they are. */
export function mergeState(before: LabState | undefined, request: LabRequest): LabState {
  const plan = planLabAddresses(request.inventory);
  const hosts = new Map((before?.hosts ?? []).map((host) => [host.name, host]));
  for (const host of request.hosts) {
    const address = plan.hosts.get(host.name) as string;
    const known = hosts.get(host.name);
    if (known !== undefined && (known.address !== address || known.site !== host.site)) {
      throw new UndeError({
        code: 'LAB_CHANGED',
        message: `${host.name} runs at ${known.address} (${known.site}), but by the inventory it is to be at ${address} (${host.site}) now`,
        exit: 'refused',
        where: { host: host.name },
        hint: `unde lab down${request.name === 'default' ? '' : ` --name ${request.name}`}, then unde lab up again`,
      });
    }
    if (known !== undefined) continue;
    hosts.set(host.name, { name: host.name, role: 'fleet', site: host.site, address, bare: request.bare });
  }
  const site = operatorSite(request.inventory);
  const auxiliary = (role: 'mirror' | 'objects'): LabHost => ({
    name: `lab-${role}`,
    role,
    site,
    address: plan[role],
    bare: false,
  });
  if (request.mirror) hosts.set('lab-mirror', auxiliary('mirror'));
  if (request.objects) hosts.set('lab-objects', auxiliary('objects'));
  return {
    name: request.name,
    inventory: request.inventory.file,
    wanDelayMs: request.wanDelayMs ?? before?.wanDelayMs ?? 0,
    operator: { address: plan.operator, site },
    sites: sitesOf(request.inventory),
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
