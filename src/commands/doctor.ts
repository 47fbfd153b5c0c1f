import { Args, Flags } from '@oclif/core';
import { FleetCommand, fleetOptions } from '../lib/cli/fleet-command.ts';
import { contextLabel, resolveContext, type Context } from '../lib/common/context/context.ts';
import { cacheDirectory } from '../lib/common/context/directories.ts';
import {
  countChecks,
  failed,
  renderChecks,
  type Check,
  type CheckVerdict,
} from '../lib/operations/doctor/check.ts';
import { checkHosts } from '../lib/operations/doctor/host.ts';
import { checkAssets, checkHostKeys, checkInventoryFile } from '../lib/operations/doctor/inventory.ts';
import { checkKeys } from '../lib/operations/doctor/keys.ts';
import {
  checkCacheRoom,
  checkClock,
  checkLab,
  checkNode,
  checkOpenSsh,
} from '../lib/operations/doctor/machine.ts';
import { checkSecrets } from '../lib/operations/doctor/secrets.ts';
import { UndeError } from '../lib/common/error/unde-error.ts';
import { fleetOf } from '../lib/fleet/fleet.ts';
import type { InventoryFile } from '../lib/inventory/inventory.ts';
import { loadInventory } from '../lib/inventory/load.ts';
import { selectHosts } from '../lib/inventory/selector.ts';
import { enterLab } from '../lib/lab/enter.ts';
import { packageRoot } from '../lib/common/context/package-root.ts';
import { openSecretStore } from '../lib/secrets/open.ts';
import { allManifests, manifestNames } from '../registry.ts';

export default class Doctor extends FleetCommand {
  static override summary = 'Check this machine, and the way from it to every host.';
  static override description =
    'Without a context only this machine is looked at, and no host is touched. Exit code 10 when something failed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> @helsinki --context lab --json',
  ];
  static override args = {
    selector: Args.string({ description: 'the hosts to log in to', default: 'all' }),
  };
  static override flags = {
    ...fleetOptions,
    timeout: Flags.integer({ description: 'how long a login may take, in seconds', default: 5, min: 1 }),
  };

  async run(): Promise<{ context: string | null; summary: Record<CheckVerdict, number>; checks: Check[] }> {
    const { args, flags } = await this.parse(Doctor);
    const context = contextIfAny(flags.context);
    const checks: Check[] = [];
    // Moves into the lab's network; whatever ran before would run again.
    const outside = context?.name === 'lab' ? attempt('lab', () => enterLab(context.lab)) : undefined;
    checks.push(checkNode(packageRoot()), await checkOpenSsh());
    const loaded = await this.#inventory(flags.inventory);
    if (loaded.inventory !== undefined) {
      const { inventory } = loaded;
      const manifests = await allManifests();
      checks.push(checkInventoryFile(inventory, manifests, context));
      if (context?.name !== 'lab') {
        const files = inventory.hosts.flatMap(({ ssh }) => ssh.identityFile ?? []);
        checks.push(...(await checkKeys([...new Set(files)])));
        checks.push(checkHostKeys(inventory, context?.name === 'production'));
      }
      if (context?.name === 'production') {
        checks.push(await checkSecrets(() => openSecretStore({ inventory, context })));
      }
      checks.push(...checkAssets(inventory, manifests, context));
    } else checks.push(loaded.check);
    checks.push(
      await checkCacheRoom(cacheDirectory()),
      await checkClock(loaded.inventory?.timeZone),
      await checkLab(context?.name === 'lab'),
    );
    if (outside !== undefined) checks.push(outside);
    else if (context !== undefined && loaded.inventory !== undefined) {
      const fleet = await fleetOf(loaded.inventory, context);
      const present = new Set(fleet.hosts.map(({ name }) => name));
      const { hosts } = selectHosts(loaded.inventory, args.selector);
      const wanted = hosts.filter(({ name }) => present.has(name));
      checks.push(...(await checkHosts(fleet, wanted, flags.timeout * 1000)));
    }
    if (context !== undefined) this.showContext(context);
    this.log(renderChecks(checks));
    const summary = countChecks(checks);
    if (summary.fail > 0) this.setExit('unhealthy');
    return { context: context === undefined ? null : contextLabel(context), summary, checks };
  }

  async #inventory(
    file: string | undefined,
  ): Promise<{ inventory: InventoryFile } | { inventory: undefined; check: Check }> {
    try {
      return { inventory: await loadInventory(file, process.env, manifestNames()) };
    } catch (error) {
      return { inventory: undefined, check: failed('inventory', error) };
    }
  }
}

/** The context; having none is no error here. */
function contextIfAny(flag: string | undefined): Context | undefined {
  try {
    return resolveContext(flag);
  } catch (error) {
    if (error instanceof UndeError && error.code === 'NO_CONTEXT') return undefined;
    throw error;
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
