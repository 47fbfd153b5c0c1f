import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Inventory } from '../inventory/inventory.ts';
import { imageBuilds, inventoryDigest, staleReasons } from './binding.ts';
import { machineFiles } from './machine.ts';
import { readOrigin } from './origin.ts';
import { run } from './process.ts';
import { savedLabs, type SavedLab } from './saved.ts';
import { savedUses } from './saved-expiry.ts';
import { labDirectory, labFolders, labSwitchNamespace, readLabState } from './state.ts';

/** A lab that has machines, or had them until this machine was restarted. */
export interface LabEntry {
  readonly name: string;
  readonly up: boolean;
  readonly hosts: readonly string[];
  /** When it was made, ISO 8601. */
  readonly made: string;
  /** What its machines have written, in bytes. */
  readonly bytes: number;
  readonly image: readonly string[];
  /** Name of the saved lab that its machines lie over. */
  readonly from: string | null;
}

/** A saved lab, and whether it is of use. */
export interface SavedEntry {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly made: string;
  /** Its own size, without those that it lies over. */
  readonly bytes: number;
  readonly image: readonly string[];
  readonly key: string | null;
  readonly releases: SavedLab['releases'];
  /** Why it is stale; empty where it is not. */
  readonly stale: readonly string[];
  /** Labs that stand on it. */
  readonly usedBy: readonly string[];
  /** A later one has its name; it goes with the last lab that stands on it. */
  readonly superseded: boolean;
}

/** All labs of this machine. */
export async function listLabs(): Promise<LabEntry[]> {
  const saves = await savedLabs();
  const entries = await Promise.all(
    (await labFolders()).map(async (name): Promise<LabEntry | undefined> => {
      const state = await readLabState(name);
      if (state === undefined) return undefined;
      const origin = await readOrigin(name);
      const from =
        saves.find(({ id }) => id === origin?.save) ?? saves.find(({ id }) => id === origin?.before);
      return {
        name,
        up: existsSync(`/run/netns/${labSwitchNamespace(name)}`),
        hosts: state.hosts.map((host) => host.name),
        made: (await stat(labDirectory(name))).birthtime.toISOString(),
        bytes: await bytesIn(state.hosts.map((host) => machineFiles(name, host.name).disk)),
        image: await imageBuilds(state.hosts),
        from: from?.name ?? null,
      };
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

/** All saved labs of this machine, the oldest first. */
export async function listSavedLabs(inventory: Inventory): Promise<SavedEntry[]> {
  const saves = await savedLabs();
  const uses = await savedUses(saves);
  const digest = inventoryDigest(inventory);
  const entry = async (save: SavedLab): Promise<SavedEntry> => ({
    name: save.name,
    hosts: save.lab.hosts.map(({ name }) => name),
    made: save.made,
    bytes: save.bytes,
    image: save.binding.image,
    key: save.binding.key,
    releases: save.releases,
    stale: staleReasons(save.binding, {
      inventory: digest,
      image: await imageBuilds(save.lab.hosts),
    }),
    usedBy: uses.get(save.id)?.labs ?? [],
    superseded: save.superseded,
  });
  return Promise.all(saves.map(entry));
}

async function bytesIn(folders: readonly string[]): Promise<number> {
  const there = folders.filter((folder) => existsSync(folder));
  if (there.length === 0) return 0;
  const lines = await run('du', ['--summarize', '--block-size=1', '--one-file-system', ...there]);
  return lines.split('\n').reduce((sum, line) => sum + Number(line.split('\t')[0]), 0);
}
