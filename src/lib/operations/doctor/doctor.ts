import type { Context } from '../../common/context/context.ts';
import { cacheDirectory } from '../../common/context/directories.ts';
import { packageRoot } from '../../common/context/package-root.ts';
import { fleetOf } from '../../fleet/fleet.ts';
import type { InventoryFile } from '../../inventory/inventory.ts';
import { loadInventory } from '../../inventory/load.ts';
import { selectHosts } from '../../inventory/selector.ts';
import { enterLab } from '../../lab/enter.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { openSecretStore } from '../../secrets/open.ts';
import { manifestsOf } from '../../desired/scope/scope.ts';
import { failed, type Check } from './check.ts';
import { checkHosts } from './host.ts';
import { checkAssets, checkHostKeys, checkInventoryFile } from './inventory.ts';
import { checkKeys } from './keys.ts';
import { checkCacheRoom, checkClock, checkLab, checkNode, checkOpenSsh } from './machine.ts';
import { checkSecrets } from './secrets.ts';

/** What is looked at. */
export interface DoctorRequest {
  /** Without one only this machine is looked at. */
  readonly context: Context | undefined;
  /** The inventory file, where it is named. */
  readonly inventory: string | undefined;
  /** The hosts to log in to. */
  readonly selector: string;
  /** How long a login may take. */
  readonly timeoutMs: number;
}

/** Checks this machine, its files, and the way to every host; what cannot be looked at is a check that failed. */
export async function diagnose(request: DoctorRequest, catalog: Catalog): Promise<Check[]> {
  const { context } = request;
  const inLab = context?.name === 'lab';
  // Moves into the lab's network; whatever ran before would run again.
  const outside = inLab ? attempt('lab', () => enterLab(context.lab)) : undefined;
  const loaded = await inventoryOf(request.inventory, catalog);
  return [
    checkNode(packageRoot()),
    await checkOpenSsh(),
    ...('check' in loaded ? [loaded.check] : await fileChecks(loaded.inventory, context, catalog)),
    await checkCacheRoom(cacheDirectory()),
    await checkClock('check' in loaded ? undefined : loaded.inventory.timeZone),
    await checkLab(inLab),
    ...(outside === undefined ? [] : [outside]),
    ...(outside !== undefined || context === undefined || 'check' in loaded
      ? []
      : await hostChecks(loaded.inventory, context, request)),
  ];
}

async function fileChecks(
  inventory: InventoryFile,
  context: Context | undefined,
  catalog: Catalog,
): Promise<Check[]> {
  const manifests = await manifestsOf(catalog);
  const checks = [checkInventoryFile(inventory, manifests, context)];
  if (context?.name !== 'lab') {
    const files = inventory.hosts.flatMap(({ ssh }) => ssh.identityFile ?? []);
    checks.push(...(await checkKeys([...new Set(files)])));
    checks.push(checkHostKeys(inventory, context?.name === 'production'));
  }
  if (context?.name === 'production') {
    checks.push(await checkSecrets(() => openSecretStore({ inventory, context })));
  }
  return [...checks, ...checkAssets(inventory, manifests, context)];
}

async function hostChecks(
  inventory: InventoryFile,
  context: Context,
  { selector, timeoutMs }: DoctorRequest,
): Promise<Check[]> {
  const fleet = await fleetOf(inventory, context);
  const present = new Set(fleet.hosts.map(({ name }) => name));
  const wanted = selectHosts(inventory, selector).hosts.filter(({ name }) => present.has(name));
  return checkHosts(fleet, wanted, timeoutMs);
}

async function inventoryOf(
  file: string | undefined,
  catalog: Catalog,
): Promise<{ inventory: InventoryFile } | { check: Check }> {
  try {
    return { inventory: await loadInventory(file, process.env, catalog.names()) };
  } catch (error) {
    return { check: failed('inventory', error) };
  }
}

/** What is wrong, as a check, where something throws. */
function attempt(name: string, action: () => void): Check | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return failed(name, error);
  }
}
