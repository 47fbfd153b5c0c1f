import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, readlink, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../common/error/unde-error.ts';
import { STATE } from '../common/layout/layout.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { imageBuilds, inventoryDigest } from './binding.ts';
import { type CgroupMount, findCgroups } from './cgroup.ts';
import { destroyLab } from './down.ts';
import { makingDirectory, undoHalfMade, undoOthersHalfMade } from './half-made.ts';
import { withLock } from './lock.ts';
import { isMachineRunning, lowerFolders, machineFiles, stopMachine } from './machine.ts';
import { cutPorts } from './network.ts';
import { originOf, writeOrigin } from './origin.ts';
import { powerOff } from './power-off.ts';
import { run } from './process.ts';
import { mergeState } from './request.ts';
import { assertCanBootLab } from './requirements.ts';
import {
  checkSavedName,
  entriesOf,
  savedDisk,
  savedLabDirectory,
  savedLabFile,
  savedLabsDirectory,
  savedLayers,
  savedOperatorDirectory,
  type SavedLab,
} from './saved.ts';
import { removeExpired, withSavedLabs } from './saved-expiry.ts';
import { labDirectory, type LabState } from './state.ts';
import { labOf } from './status.ts';
import { bootState, type StageListener, timedStages } from './up.ts';

/** What is to be saved. */
export interface SaveWish {
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

/** What `unde lab save` did. */
export interface LabSave {
  readonly save: SavedLab;
  /** Names of older saved labs that were removed to make room. */
  readonly removed: readonly string[];
  /** Seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Every save of a lab that came from a saved one lies over it: so many may lie over each other. */
const MOST_LAYERS = 16;

/** Files of a lab's folder that `lab up` makes anew; all others are the operator's, and are saved. */
const MADE_ANEW = new Set(['hosts', 'known_hosts', 'lab.json', 'origin.json', 'wan-switch.pl', 'wan.log']);

/**
 * Saves a lab: powers its machines off, and keeps their disks as a layer that labs can be brought up from. The lab
 * itself is the first to lie over it, so nothing is copied. The saved lab is whole or absent: it gets its name last,
 * by a rename, and {@link undoHalfMade} gives the machines of a save that was killed their disks back.
 *
 * @throws UndeError BAD_SAVED_NAME, LAB_DOWN, LAB_BUSY, LAB_NOT_WHOLE, LAB_STOP_FAILED, LAB_CHANGED, LAB_SAVE_DEPTH
 */
export async function saveLab(wish: SaveWish, onStage: StageListener): Promise<LabSave> {
  checkSavedName(wish.name);
  await assertCanBootLab();
  const mount = (await findCgroups()) as CgroupMount;
  return withLock(`lab ${wish.lab}`, 5000, async () => {
    await undoHalfMade(wish.lab);
    await undoOthersHalfMade(wish.lab);
    const { seconds, stage } = timedStages(onStage);
    const state = await labOf(wish.lab);
    const origin = await originOf(wish.lab);
    await assertWhole(mount, wish, state, origin);
    const releases = await releasesOf(state);
    await stage('stop', () => stopCleanly(mount, state, wish.stopMs, onStage));
    const { save, removed } = await stage('save', async () => {
      for (const host of state.hosts) await stopMachine(mount, state.name, host.name);
      const made = await keepDisks(wish, state, origin, releases);
      return { save: made, removed: await withSavedLabs(() => removeExpired(made.id)) };
    });
    if (wish.down) await destroyLab(mount, wish.lab, { keepFolder: false });
    else Object.assign(seconds, (await bootState(mount, state, state, onStage)).seconds);
    return { save, removed, seconds };
  });
}

/** What cannot be saved is refused before a machine is stopped. */
async function assertWhole(
  mount: CgroupMount,
  wish: SaveWish,
  state: LabState,
  origin: SavedLab | undefined,
): Promise<void> {
  const own = wish.lab === 'default' ? '' : ` --name ${wish.lab}`;
  const refuse = (message: string, hint: string, code = 'LAB_NOT_WHOLE') =>
    new UndeError({ code, message, exit: 'refused', hint });
  const hosts = wish.inventory.hosts.filter(({ name }) => state.hosts.some((host) => host.name === name));
  // Throws where the inventory has moved one of them.
  mergeState(state, {
    ...wish,
    name: wish.lab,
    hosts,
    bare: false,
    mirror: false,
    objects: false,
    wanDelayMs: undefined,
  });
  const gone = state.hosts.find(
    ({ name, role }) => role === 'fleet' && !hosts.some((host) => host.name === name),
  );
  if (gone !== undefined)
    throw refuse(
      `${gone.name} runs in the lab "${wish.lab}", but the inventory has it no more`,
      `unde lab down${own}`,
    );
  for (const host of state.hosts) {
    if (!(await isMachineRunning(mount, wish.lab, host.name)))
      throw refuse(
        `${host.name} is down, and how it has ended nobody knows`,
        `unde lab up${own} ${host.name} boots it; then save again`,
      );
    const lower = await readFile(machineFiles(wish.lab, host.name).image, 'utf8');
    if (lower !== lowerFolders(host, savedLayers(origin, host.name)))
      throw refuse(
        `${host.name} runs over an image of the past`,
        `unde lab down${own}, then bring it up anew`,
      );
  }
  if ((await cutPorts(wish.lab)).size > 0)
    throw refuse(
      'something is cut off: its machines could not be seen to come up again',
      `unde lab status${own} shows what; unde lab heal${own} …`,
    );
  if ((origin?.below.length ?? 0) + 1 >= MOST_LAYERS)
    throw refuse(
      `the lab lies over ${MOST_LAYERS - 1} saved labs already, one over the other`,
      `unde lab down${own}, bring it up from its image, deploy, and save that`,
      'LAB_SAVE_DEPTH',
    );
}

/**
 * Powers all machines off. Where one does not stop in time, nothing is saved, and all are booted again: the shutdown of that one
 * cannot be called back, so it is ended as by a power cut.
 */
async function stopCleanly(
  mount: CgroupMount,
  state: LabState,
  stopMs: number,
  onStage: StageListener,
): Promise<void> {
  const results = await Promise.all(
    state.hosts.map(async (host) => ({
      host: host.name,
      stopped: await powerOff(mount, state.name, host.name, stopMs),
    })),
  );
  const stuck = results.filter(({ stopped }) => !stopped).map(({ host }) => host);
  const [first] = stuck;
  if (first === undefined) return;
  for (const host of stuck) await stopMachine(mount, state.name, host);
  await bootState(mount, state, state, onStage);
  throw new UndeError({
    code: 'LAB_STOP_FAILED',
    message: `${stuck.join(', ')} did not stop within ${stopMs / 1000} s; nothing was saved`,
    exit: 'failed',
    where: { host: first, file: machineFiles(state.name, first).console },
    details: [`all machines were booted again; the power of ${stuck.join(', ')} was cut for that`],
    hint: 'that file tells which unit does not end; --stop-timeout gives it longer',
  });
}

/** Makes the stopped machines' disks a saved lab, and the lab one that lies over it. */
async function keepDisks(
  wish: SaveWish,
  state: LabState,
  origin: SavedLab | undefined,
  releases: SavedLab['releases'],
): Promise<SavedLab> {
  const making = makingDirectory(wish.lab);
  const id = `${wish.name}-${randomBytes(4).toString('hex')}`;
  // Databases, secrets and keys are in it.
  await mkdir(savedLabsDirectory(), { recursive: true, mode: 0o700 });
  await chmod(savedLabsDirectory(), 0o700);
  await mkdir(making, { mode: 0o700 });
  await writeOrigin(wish.lab, { save: id, before: origin?.id ?? null });
  for (const host of state.hosts) {
    const disk = savedDisk(making, host.name);
    await mkdir(path.dirname(disk), { recursive: true });
    await rename(machineFiles(wish.lab, host.name).disk, disk);
  }
  await copyOperatorFiles(wish.lab, savedOperatorDirectory(making));
  const size = await run('du', ['--summarize', '--block-size=1', making]);
  const save: SavedLab = {
    id,
    name: wish.name,
    made: new Date().toISOString(),
    lab: state,
    binding: {
      inventory: inventoryDigest(wish.inventory),
      image: await imageBuilds(state.hosts),
      key: wish.key ?? null,
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
  await writeOrigin(wish.lab, { save: id });
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

/** The release that each service runs, by host, as the hosts' own links say. */
async function releasesOf(state: LabState): Promise<Record<string, Record<string, string>>> {
  const byHost: Record<string, Record<string, string>> = {};
  for (const host of state.hosts) {
    const folder = path.join(machineFiles(state.name, host.name).root, STATE, 'services');
    for (const service of await entriesOf(folder)) {
      const link = await readlink(path.join(folder, service, 'current')).catch(() => undefined);
      if (link !== undefined) (byHost[host.name] ??= {})[service] = path.basename(link);
    }
  }
  return byHost;
}
