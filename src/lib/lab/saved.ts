import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseContext } from '../common/context/context.ts';
import { UndeError } from '../common/error/unde-error.ts';
import type { SaveBinding } from './binding.ts';
import { labHome, type LabState } from './state.ts';

/** A saved lab: the disks of its machines, to lie below those of labs that are brought up from it. */
export interface SavedLab {
  /** Unique, and the name of its folder; a name that is saved again gets another. */
  readonly id: string;
  readonly name: string;
  /** When it was saved, ISO 8601. */
  readonly made: string;
  /** The lab as it was. */
  readonly lab: LabState;
  readonly binding: SaveBinding;
  /** Saved labs that this one lies over in turn, topmost first: the lab was itself brought up from a saved one. */
  readonly below: readonly string[];
  /** The release of each service, by host: digests. */
  readonly releases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Its own size on disk, without those below. */
  readonly bytes: number;
  /** A later one has its name; it is only kept for those who stand on it. */
  readonly superseded: boolean;
}

/**
 * Where saved labs lie: beside the labs, since a disk gets from one to the other by a rename, and in a file system
 * that overlays can lie on. No lab can have this name, as it has a dash.
 */
export function savedLabsDirectory(env?: NodeJS.ProcessEnv): string {
  return path.join(labHome(env), 'saved-labs');
}

/** The folder of a saved lab. */
export function savedLabDirectory(id: string, env?: NodeJS.ProcessEnv): string {
  return path.join(savedLabsDirectory(env), id);
}

/** A saved lab's file that says what it is. */
export function savedLabFile(folder: string): string {
  return path.join(folder, 'save.json');
}

/** The folder of the operator's own files of a saved lab: login key, secrets and their identity. */
export function savedOperatorDirectory(folder: string): string {
  return path.join(folder, 'operator');
}

/** The disk of a machine in a saved lab's folder. */
export function savedDisk(folder: string, host: string): string {
  return path.join(folder, 'hosts', host, 'disk');
}

/** All saved labs that are whole, the oldest first. */
export async function savedLabs(env?: NodeJS.ProcessEnv): Promise<SavedLab[]> {
  const found = await Promise.all(
    (await entriesOf(savedLabsDirectory(env)))
      // What is being made or removed begins with a dot.
      .filter((id) => !id.startsWith('.'))
      .map((id) => readSavedLab(id, env)),
  );
  return found.filter((save) => save !== undefined).sort((a, b) => (a.made < b.made ? -1 : 1));
}

/** One saved lab by its id; `undefined` where there is none. */
export async function readSavedLab(id: string, env?: NodeJS.ProcessEnv): Promise<SavedLab | undefined> {
  try {
    return JSON.parse(await readFile(savedLabFile(savedLabDirectory(id, env)), 'utf8')) as SavedLab;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The saved lab of a name: the latest of them. */
export function latestOf(saves: readonly SavedLab[], name: string): SavedLab | undefined {
  return saves.findLast((save) => save.name === name && !save.superseded);
}

/** Marks a saved lab as superseded. */
export async function supersede(save: SavedLab): Promise<void> {
  const file = savedLabFile(savedLabDirectory(save.id));
  await writeFile(`${file}.new`, `${JSON.stringify({ ...save, superseded: true }, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/**
 * Folders for the overlay of a machine that is brought up from a saved lab, topmost first; none for a machine
 * that the saved lab does not have.
 *
 * @throws UndeError LAB_SAVE_GONE
 */
export function savedLayers(save: SavedLab | undefined, host: string, env?: NodeJS.ProcessEnv): string[] {
  if (save === undefined || !save.lab.hosts.some(({ name }) => name === host)) return [];
  return [save.id, ...save.below].flatMap((id) => {
    const folder = savedLabDirectory(id, env);
    if (!existsSync(savedLabFile(folder))) throw saveGone(save.lab.name, id);
    const disk = savedDisk(folder, host);
    // A machine may have been added to the lab after it was brought up from the saved lab below.
    return existsSync(disk) ? [disk] : [];
  });
}

/** The error of a lab that stands on a saved lab whose files somebody has deleted. */
export function saveGone(lab: string, id: string): UndeError {
  return new UndeError({
    code: 'LAB_SAVE_GONE',
    message: `the saved lab ${id}, which the machines of the lab "${lab}" lie over, is gone`,
    exit: 'refused',
    where: { file: savedLabDirectory(id) },
    hint: `unde lab down${lab === 'default' ? '' : ` --name ${lab}`}, then bring it up anew`,
  });
}

/**
 * Checks what a saved lab is to be called: the rule for labs, and never like the context of production.
 *
 * @throws UndeError BAD_SAVED_NAME
 */
export function checkSavedName(name: string): void {
  try {
    parseContext(`lab:${name}`, '--context');
    if (name !== 'production') return;
  } catch {
    // Told below, in words about saved labs.
  }
  throw new UndeError({
    code: 'BAD_SAVED_NAME',
    message: `"${name}" cannot name a saved lab: it takes 1 to 12 lower-case letters and digits, a letter first, and is not "production"`,
    exit: 'usage',
    hint: 'for example: unde lab save deployed',
  });
}

/** The error of a saved lab that there is not. */
export function notSaved(name: string): UndeError {
  return new UndeError({
    code: 'LAB_NOT_SAVED',
    message: `there is no saved lab "${name}"`,
    exit: 'refused',
    hint: `unde lab list shows those there are; unde lab save ${name} makes one`,
  });
}

/** Names in a folder; none where it is not there. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
