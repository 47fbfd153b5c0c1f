import path from 'node:path';
import { contextLabel, type Context } from '../common/context/context.ts';
import { UndeError } from '../common/error/unde-error.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { labDown } from '../lab/enter.ts';
import { OBJECTS_PORT } from '../lab/recipe.ts';
import { labIdentityFile, labKnownHostsFile, readLabState, type LabState } from '../lab/state.ts';
import type { SshTarget } from './ssh/target.ts';

/** A fleet as one context sees it: which of the inventory's hosts there are, and how each is reached. */
export interface Fleet {
  readonly context: Context;
  readonly inventory: Inventory;
  /** The hosts that exist in this context: in a lab, those that it booted. */
  readonly hosts: readonly Host[];
  /** Where the object storage is, as a URL; a lab has a stand-in, or none. */
  readonly objectStorage?: string | undefined;
  target(host: Host): SshTarget;
}

/**
 * The fleet of a context. In the lab context only addresses, keys and the set of hosts differ.
 *
 * @throws UndeError LAB_DOWN
 */
export async function fleetOf(inventory: Inventory, context: Context): Promise<Fleet> {
  if (context.name === 'production') {
    return {
      context,
      inventory,
      hosts: inventory.hosts,
      objectStorage:
        inventory.objectStorage === undefined ? undefined : `https://${inventory.objectStorage.endpoint}`,
      target: (host) => productionTarget(inventory, context, host),
    };
  }
  const lab = await readLabState(context.lab);
  if (lab === undefined) throw labDown(context.lab);
  const objects = lab.hosts.find(({ role }) => role === 'objects');
  const booted = new Set(lab.hosts.map((host) => host.name));
  return {
    context,
    inventory,
    hosts: inventory.hosts.filter((host) => booted.has(host.name)),
    objectStorage: objects === undefined ? undefined : `http://${objects.address}:${OBJECTS_PORT}`,
    target: (host) => labTarget(inventory, lab, context, host),
  };
}

function productionTarget(inventory: Inventory, context: Context, host: Host): SshTarget {
  const jump = inventory.hosts.find((other) => other.name === host.ssh.jump);
  return {
    context,
    host: host.name,
    address: host.address,
    port: host.ssh.port,
    user: host.ssh.user,
    identityFile: host.ssh.identityFile,
    knownHostsFile: path.join(path.dirname(inventory.file), 'known_hosts'),
    jump: jump === undefined ? undefined : productionTarget(inventory, context, jump),
    timeoutMs: host.ssh.timeoutSeconds * 1000,
  };
}

function labTarget(inventory: Inventory, lab: LabState, context: Context, host: Host): SshTarget {
  const jump = inventory.hosts.find((other) => other.name === host.ssh.jump);
  const machine = lab.hosts.find((candidate) => candidate.name === host.name);
  if (machine === undefined) {
    throw new UndeError({
      code: 'NOT_IN_LAB',
      message: `${host.name} is not one of the hosts of ${contextLabel(context)}`,
      exit: 'refused',
      where: { host: host.name },
      hint: `unde lab up ${host.name}`,
    });
  }
  return {
    context,
    host: host.name,
    address: machine.address,
    port: 22,
    user: 'root',
    identityFile: labIdentityFile(lab.name),
    knownHostsFile: labKnownHostsFile(lab.name),
    jump: jump === undefined ? undefined : labTarget(inventory, lab, context, jump),
    timeoutMs: host.ssh.timeoutSeconds * 1000,
  };
}
