import { cp, mkdir } from 'node:fs/promises';
import { UndeError } from '../common/error/unde-error.ts';
import { imageBuilds, inventoryDigest, staleReasons } from './binding.ts';
import { originOf, writeOrigin } from './origin.ts';
import type { LabRequest } from './request.ts';
import {
  latestOf,
  notSaved,
  savedLabDirectory,
  savedLabs,
  savedOperatorDirectory,
  type SavedLab,
} from './saved.ts';
import { withSavedLabs } from './saved-expiry.ts';
import { labDirectory, type LabState } from './state.ts';

/**
 * Prepares a lab's folder for machines that lie over a saved lab, and gives the state that it begins with. From here
 * on the saved lab is in use.
 *
 * @param before The lab's state where it is up already.
 * @throws UndeError LAB_NOT_SAVED, LAB_SAVE_STALE, LAB_CHANGED
 */
export async function beginFromSaved(
  request: LabRequest & { readonly from: NonNullable<LabRequest['from']> },
  before: LabState | undefined,
): Promise<LabState> {
  return withSavedLabs(async () => {
    const save = latestOf(await savedLabs(), request.from.name);
    if (save === undefined) throw notSaved(request.from.name);
    await assertFresh(save, request);
    assertChosen(save, request);
    if (before !== undefined) {
      if ((await originOf(request.name))?.id !== save.id) throw notFromIt(request.name, save.name);
      return joined(before, beginningState(save.lab, request));
    }
    await mkdir(labDirectory(request.name), { recursive: true, mode: 0o755 });
    await writeOrigin(request.name, { save: save.id });
    // The machines let this key log in, and have secrets that this store made.
    await cp(savedOperatorDirectory(savedLabDirectory(save.id)), labDirectory(request.name), {
      recursive: true,
      preserveTimestamps: true,
    });
    return beginningState(save.lab, request);
  });
}

/** The state that a lab begins with: the saved one under another name, with the hosts that were chosen. */
export function beginningState(saved: LabState, request: LabRequest): LabState {
  const chosen = new Set(request.hosts.map(({ name }) => name));
  return {
    ...saved,
    name: request.name,
    inventory: request.inventory.file,
    hosts: saved.hosts.filter(({ name, role }) => role !== 'fleet' || chosen.has(name)),
  };
}

/** A lab that is up from the saved lab already, with the hosts that are asked for now. */
export function joined(before: LabState, beginning: LabState): LabState {
  const known = new Set(before.hosts.map(({ name }) => name));
  return { ...before, hosts: [...before.hosts, ...beginning.hosts.filter(({ name }) => !known.has(name))] };
}

/** The request without the hosts that the lab does not begin with. */
export function narrowed(request: LabRequest, state: LabState): LabRequest {
  return {
    ...request,
    hosts: request.hosts.filter((host) => state.hosts.some(({ name }) => name === host.name)),
  };
}

async function assertFresh(save: SavedLab, request: LabRequest): Promise<void> {
  const reasons = staleReasons(save.binding, {
    inventory: inventoryDigest(request.inventory),
    image: await imageBuilds(save.lab.hosts),
    key: request.from?.key,
  });
  if (reasons.length === 0) return;
  throw new UndeError({
    code: 'LAB_SAVE_STALE',
    message: `the saved lab "${save.name}" is stale: ${reasons[0]}`,
    exit: 'refused',
    details: reasons.slice(1),
    hint: `make it anew: unde lab up, unde deploy --context lab, then unde lab save ${save.name}${request.from?.key === undefined ? '' : ` --key ${request.from.key}`}`,
  });
}

function assertChosen(save: SavedLab, request: LabRequest): void {
  const had = save.lab.hosts.filter(({ role }) => role === 'fleet').map(({ name }) => name);
  if (request.hosts.some(({ name }) => had.includes(name))) return;
  throw new UndeError({
    code: 'NOT_IN_LAB',
    message: `none of the selected hosts is in the saved lab "${save.name}"`,
    exit: 'refused',
    details: [`it has: ${had.join(', ')}`],
    hint: `unde lab up --from ${save.name} brings up all of them`,
  });
}

function notFromIt(lab: string, name: string): UndeError {
  const own = lab === 'default' ? '' : ` --name ${lab}`;
  return new UndeError({
    code: 'LAB_CHANGED',
    message: `the lab "${lab}" is there already, and its machines do not lie over the saved lab "${name}" as it is now`,
    exit: 'refused',
    hint: `unde lab down${own}, then unde lab up --from ${name}${own}; or give another --name`,
  });
}
