import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../common/error/unde-error.ts';
import { withLock } from './lock.ts';
import { machineFiles } from './machine.ts';
import { readOrigin, writeOrigin } from './origin.ts';
import { entriesOf, savedDisk, savedLabsDirectory } from './saved.ts';
import { labDirectory } from './state.ts';

const MAKING = '.making-';

/** Where a lab is saved to until the save is whole. */
export function makingDirectory(lab: string): string {
  return path.join(savedLabsDirectory(), `${MAKING}${lab}`);
}

/**
 * Undoes a save that was broken off: the disks that it has taken go back to the lab's machines, the rest is deleted.
 * Needs the lab's lock.
 */
export async function undoHalfMade(lab: string): Promise<void> {
  const making = makingDirectory(lab);
  if (!existsSync(making)) return;
  if (existsSync(labDirectory(lab))) {
    for (const host of await entriesOf(path.join(making, 'hosts'))) {
      const [taken, disk] = [savedDisk(making, host), machineFiles(lab, host).disk];
      if (existsSync(taken) && !existsSync(disk)) await rename(taken, disk);
    }
    const before = (await readOrigin(lab))?.before;
    if (before !== undefined) await writeOrigin(lab, before === null ? undefined : { save: before });
  }
  await rm(making, { recursive: true, force: true });
}

/** Undoes what saves of other labs have left half-made; those that are being made now are left alone. */
export async function undoOthersHalfMade(own: string): Promise<void> {
  for (const entry of await entriesOf(savedLabsDirectory())) {
    const lab = entry.startsWith(MAKING) ? entry.slice(MAKING.length) : own;
    if (lab === own) continue;
    try {
      await withLock(`lab ${lab}`, 0, () => undoHalfMade(lab));
    } catch (error) {
      if (!(error instanceof UndeError && error.code === 'LAB_BUSY')) throw error;
    }
  }
}
