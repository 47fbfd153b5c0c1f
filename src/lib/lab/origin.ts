import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readSavedLab, saveGone, type SavedLab } from './saved.ts';
import { labDirectory } from './state.ts';

/** What a lab's machines lie over beside their image, as it stands in the lab's folder. */
export interface Origin {
  /** Id of a saved lab. */
  readonly save: string;
  /**
   * While a save is made: what it was before. It counts until the new one is whole; `null` where the lab was not
   * brought up from a saved one.
   */
  readonly before?: string | null;
}

function originFile(lab: string, env?: NodeJS.ProcessEnv): string {
  return path.join(labDirectory(lab, env), 'origin.json');
}

/** Reads a lab's origin; `undefined` where it stands on nothing but its image. */
export async function readOrigin(lab: string, env?: NodeJS.ProcessEnv): Promise<Origin | undefined> {
  try {
    return JSON.parse(await readFile(originFile(lab, env), 'utf8')) as Origin;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a lab's origin; `undefined` removes it. */
export async function writeOrigin(lab: string, origin: Origin | undefined): Promise<void> {
  const file = originFile(lab);
  if (origin === undefined) return rm(file, { force: true });
  await writeFile(`${file}.new`, `${JSON.stringify(origin)}\n`);
  await rename(`${file}.new`, file);
}

/**
 * The saved lab that a lab stands on.
 *
 * @throws UndeError LAB_SAVE_GONE
 */
export async function originOf(lab: string, env?: NodeJS.ProcessEnv): Promise<SavedLab | undefined> {
  const origin = await readOrigin(lab, env);
  if (origin === undefined) return undefined;
  const save = await readSavedLab(origin.save, env);
  if (save !== undefined) return save;
  if (origin.before === null) return undefined;
  const before = origin.before === undefined ? undefined : await readSavedLab(origin.before, env);
  if (before === undefined) throw saveGone(lab, origin.save);
  return before;
}
