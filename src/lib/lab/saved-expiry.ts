import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../common/error/unde-error.ts';
import { withLock } from './lock.ts';
import { readOrigin } from './origin.ts';
import { entriesOf, latestOf, notSaved, savedLabDirectory, savedLabs, savedLabsDirectory } from './saved.ts';
import { supersede, type SavedLab } from './saved.ts';
import { labFolders } from './state.ts';

/** How much all saved labs together may take on disk, in bytes. */
export const SAVED_LIMIT = 20e9;

const REMOVING = '.removing-';

/** Who stands on a saved lab. */
export interface SavedUse {
  readonly labs: readonly string[];
  /** Names of saved labs that lie over it. */
  readonly saves: readonly string[];
}

/** Does something while no saved lab comes into use, or goes. */
export function withSavedLabs<T>(work: () => Promise<T>): Promise<T> {
  return withLock('saved labs', 60_000, work);
}

/**
 * Chooses the saved labs that go: superseded ones that nobody stands on, and, as long as the rest is larger than the
 * limit, the oldest. One that is in use stays, and so does the one that was just made.
 *
 * @param saves The oldest first.
 * @param limit In bytes.
 */
export function expired(
  saves: readonly Pick<SavedLab, 'id' | 'bytes' | 'superseded'>[],
  inUse: (id: string) => boolean,
  justMade: string | undefined,
  limit: number = SAVED_LIMIT,
): string[] {
  const free = saves.filter(({ id }) => id !== justMade && !inUse(id));
  const gone = new Set(free.filter(({ superseded }) => superseded).map(({ id }) => id));
  let total = saves.filter(({ id }) => !gone.has(id)).reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { id, bytes } of free) {
    if (total <= limit) break;
    if (gone.has(id)) continue;
    gone.add(id);
    total -= bytes;
  }
  return [...gone];
}

/** Who stands on which saved lab, by its id. Labs count whether their machines run or not: their disks lie over it. */
export async function savedUses(
  saves: readonly SavedLab[],
  env?: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, SavedUse>> {
  const uses = new Map(saves.map(({ id }) => [id, { labs: [] as string[], saves: [] as string[] }]));
  const chain = (id: string) => [id, ...(saves.find((save) => save.id === id)?.below ?? [])];
  for (const lab of await labFolders(env)) {
    const origin = await readOrigin(lab, env);
    const roots = [origin?.save, origin?.before].filter((id) => typeof id === 'string');
    for (const id of new Set(roots.flatMap(chain))) uses.get(id)?.labs.push(lab);
  }
  for (const save of saves) for (const id of save.below) uses.get(id)?.saves.push(save.name);
  return uses;
}

/**
 * Removes saved labs whose time is over; needs {@link withSavedLabs}.
 *
 * @returns Names of those that went to make room.
 */
export async function removeExpired(justMade?: string): Promise<string[]> {
  for (const entry of await entriesOf(savedLabsDirectory()))
    if (entry.startsWith(REMOVING)) await rm(path.join(savedLabsDirectory(), entry), { recursive: true });
  const all = await savedLabs();
  // A save that was killed right after it was whole has left its predecessor with the same name.
  for (const save of all)
    if (!save.superseded && latestOf(all, save.name)?.id !== save.id) await supersede(save);
  const saves = await savedLabs();
  const uses = await savedUses(saves);
  const standsOn = (id: string) => (uses.get(id)?.labs.length ?? 0) + (uses.get(id)?.saves.length ?? 0) > 0;
  const gone = expired(saves, standsOn, justMade);
  for (const id of gone) await removeSaved(id);
  return saves.filter((save) => gone.includes(save.id) && !save.superseded).map(({ name }) => name);
}

/**
 * Forgets a saved lab.
 *
 * @returns How many bytes that frees.
 * @throws UndeError LAB_NOT_SAVED, LAB_SAVE_IN_USE
 */
export async function forget(name: string): Promise<number> {
  return withSavedLabs(async () => {
    const saves = await savedLabs();
    const save = latestOf(saves, name);
    if (save === undefined) throw notSaved(name);
    const use = (await savedUses(saves)).get(save.id);
    const [lab] = use?.labs ?? [];
    const [above] = use?.saves ?? [];
    if (lab !== undefined || above !== undefined) {
      throw new UndeError({
        code: 'LAB_SAVE_IN_USE',
        message: `the saved lab "${name}" is in use: the ${lab === undefined ? `saved lab "${above}"` : `lab "${lab}"`} lies over it`,
        exit: 'refused',
        hint: lab === undefined ? `unde lab forget ${above} first` : `unde lab down --name ${lab} first`,
      });
    }
    await removeSaved(save.id);
    await removeExpired();
    return save.bytes;
  });
}

/** By a rename first, so that what is half removed is no saved lab. */
async function removeSaved(id: string): Promise<void> {
  const removing = path.join(savedLabsDirectory(), `${REMOVING}${id}`);
  await rename(savedLabDirectory(id), removing);
  await rm(removing, { recursive: true });
}
