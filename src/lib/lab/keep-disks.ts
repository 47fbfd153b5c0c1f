import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Inventory } from '../inventory/inventory.ts';
import { imageBuilds, inventoryDigest } from './binding.ts';
import { makingDirectory } from './half-made.ts';
import { machineFiles } from './machine.ts';
import { writeOrigin } from './origin.ts';
import { run } from './process.ts';
import {
  savedDisk,
  savedLabDirectory,
  savedLabFile,
  savedLabsDirectory,
  savedOperatorDirectory,
  type SavedLab,
} from './saved.ts';
import { labDirectory, type LabState } from './state.ts';

/** What is to be saved. */
export interface SaveRequest {
  /** What the saved lab is to be called; one of this name is replaced. */
  readonly name: string;
  readonly lab: string;
  readonly inventory: Inventory;
  /** See {@link SaveBinding}. */
  readonly key: string | undefined;
  /** How long all machines together may take to stop, in milliseconds. */
  readonly stopMs: number;
  /** Take the lab down afterwards instead of booting it again. */
  readonly down: boolean;
}

/** Files of a lab's folder that `lab up` makes anew; all others are the operator's, and are saved. */
const MADE_ANEW = new Set(['hosts', 'known_hosts', 'lab.json', 'origin.json', 'wan-switch.pl', 'wan.log']);

/** Makes the stopped machines' disks a saved lab, and the lab one that lies over it. */
export async function keepDisks(
  request: SaveRequest,
  state: LabState,
  origin: SavedLab | undefined,
  releases: SavedLab['releases'],
): Promise<SavedLab> {
  const making = makingDirectory(request.lab);
  const id = `${request.name}-${randomBytes(4).toString('hex')}`;
  // Databases, secrets and keys are in it.
  await mkdir(savedLabsDirectory(), { recursive: true, mode: 0o700 });
  await chmod(savedLabsDirectory(), 0o700);
  await mkdir(making, { mode: 0o700 });
  await writeOrigin(request.lab, { save: id, before: origin?.id ?? null });
  for (const host of state.hosts) {
    const disk = savedDisk(making, host.name);
    await mkdir(path.dirname(disk), { recursive: true });
    await rename(machineFiles(request.lab, host.name).disk, disk);
  }
  await copyOperatorFiles(request.lab, savedOperatorDirectory(making));
  const size = await run('du', ['--summarize', '--block-size=1', making]);
  const save: SavedLab = {
    id,
    name: request.name,
    made: new Date().toISOString(),
    lab: state,
    binding: {
      inventory: inventoryDigest(request.inventory),
      image: await imageBuilds(state.hosts),
      key: request.key ?? null,
    },
    below: origin === undefined ? [] : [origin.id, ...origin.below],
    releases,
    bytes: Number(size.split('\t')[0]),
    superseded: false,
  };
  await writeFile(savedLabFile(making), `${JSON.stringify(save, null, 2)}\n`);
  // All of it is on the disk before it has its name.
  await run('sync', ['--file-system', making]);
  await rename(making, savedLabDirectory(id));
  await run('sync', ['--file-system', savedLabsDirectory()]);
  await writeOrigin(request.lab, { save: id });
  return save;
}

async function copyOperatorFiles(lab: string, target: string): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(labDirectory(lab))) {
    if (MADE_ANEW.has(entry)) continue;
    await cp(path.join(labDirectory(lab), entry), path.join(target, entry), {
      recursive: true,
      preserveTimestamps: true,
    });
  }
}
