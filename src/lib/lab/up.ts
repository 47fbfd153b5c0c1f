import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { UndeError } from '../common/error/unde-error.ts';
import { type CgroupMount, findCgroups } from './cgroup.ts';
import { destroyLab } from './down.ts';
import { ensureLayer } from './image.ts';
import { raiseKernelLimits } from './kernel-limits.ts';
import { withLock } from './lock.ts';
import { waitForLogin } from './login.ts';
import { introduce, isMachineRunning, machineFiles, startMachine, stopMachine } from './machine.ts';
import { isSwitchWhole, makeSwitch } from './network.ts';
import { run } from './process.ts';
import { assertCanBootLab } from './requirements.ts';
import {
  labDirectory,
  labIdentityFile,
  labKnownHostsFile,
  readLabState,
  type LabHost,
  type LabState,
  writeLabState,
} from './state.ts';
import { joinedDelay, joinSites } from './wan.ts';
import { type LabRequest, layersOf, mergeState } from './request.ts';
import { imageBuilds, staleReasons } from './binding.ts';
import { beginFromSaved, narrowed } from './from-saved.ts';
import { undoHalfMade } from './half-made.ts';
import { originOf, readOrigin } from './origin.ts';
import { type SavedLab, savedLayers } from './saved.ts';

/** What `unde lab up` did. */
export interface LabUp {
  readonly state: LabState;
  /** Names of the machines that this run booted. */
  readonly booted: readonly string[];
  /** Whether the link between the sites had to be made, or made anew with another delay. */
  readonly joined: boolean;
  /** Seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** The stages of booting, in their order. */
export const BOOT_STAGES = ['images', 'network', 'boot', 'login'] as const;

/** How far a stage of `unde lab up` is. */
export type StageEvent =
  | { readonly kind: 'begin' }
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  /** Something that takes long and happens once; worth a line of its own. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'end'; readonly seconds: number };

export type StageListener = (stage: string, event: StageEvent) => void;

/** How long all machines together may take to answer a login. */
const BOOT_DEADLINE_MS = 180_000;

/**
 * Makes a lab be as wished: builds images that are not in the cache, boots machines that do not run, leaves those
 * that do. What a killed run or a killed machine left behind is cleaned away first.
 *
 * @throws UndeError LAB_PACKAGES and the others of {@link assertCanBootLab}, LAB_BUSY, LAB_CHANGED, LAB_BOOT_FAILED,
 *   LAB_NOT_SAVED, LAB_SAVE_STALE, LAB_SAVE_GONE
 */
export async function bringUp(request: LabRequest, onStage: StageListener): Promise<LabUp> {
  await assertCanBootLab();
  const mount = (await findCgroups()) as CgroupMount;
  return withLock(`lab ${request.name}`, 5000, async () => {
    await undoHalfMade(request.name);
    const before = await readLabState(request.name);
    // A lab that was never up to be one from a saved lab: nothing of it is worth keeping, and it may be another now.
    if (before === undefined && (await readOrigin(request.name)) !== undefined)
      await destroyLab(mount, request.name, { keepFolder: false });
    const { from } = request;
    if (from === undefined) return bootState(mount, mergeState(before, request), before, onStage);
    const beginning = await beginFromSaved({ ...request, from }, before);
    return bootState(mount, mergeState(beginning, narrowed(request, beginning)), before, onStage);
  });
}

/**
 * Boots what does not run of a lab; needs the lab's lock.
 *
 * @param before The state as it stands in the lab's folder; `undefined` for a lab that is new.
 * @throws UndeError LAB_BOOT_FAILED, LAB_SAVE_STALE, LAB_SAVE_GONE
 */
export async function bootState(
  mount: CgroupMount,
  state: LabState,
  before: LabState | undefined,
  onStage: StageListener,
): Promise<LabUp> {
  const { seconds, stage } = timedStages(onStage);
  const lab = state.name;
  const origin = await originOf(lab);
  if (origin !== undefined) await assertImageIsThere(lab, origin);
  await stage('images', async () => {
    for (const layer of layersOf(state.hosts)) {
      await ensureLayer(layer, () =>
        onStage('images', { kind: 'note', text: `making the ${layer} image, once on this machine` }),
      );
    }
  });
  const { joined, missing } = await stage('network', async () => {
    await raiseKernelLimits(state.hosts.length);
    await prepareFolder(lab);
    await prepareSwitch(mount, state);
    return { joined: await prepareWan(mount, state), missing: await sweep(mount, state) };
  });
  if (missing.length === 0 && !joined && before !== undefined) return { state, booted: [], joined, seconds };
  await stage('boot', async () => {
    await allDone(missing.map((host) => startMachine(mount, lab, host, savedLayers(origin, host.name))));
    await introduce(state);
  });
  await stage('login', () =>
    awaitMachines(state, missing, (done) => onStage('login', { kind: 'progress', done, of: missing.length })),
  );
  await writeLabState(state);
  return { state, booted: missing.map((host) => host.name), joined, seconds };
}

/** Tells of stages as they pass, and how long each took. */
export function timedStages(onStage: StageListener) {
  const seconds: Record<string, number> = {};
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    onStage(name, { kind: 'begin' });
    const result = await work();
    seconds[name] = (performance.now() - begin) / 1000;
    onStage(name, { kind: 'end', seconds: seconds[name] });
    return result;
  };
  return { seconds, stage };
}

/** A disk over another image than its own would be no file system any more. */
async function assertImageIsThere(lab: string, origin: SavedLab): Promise<void> {
  const [reason] = staleReasons(origin.binding, {
    inventory: origin.binding.inventory,
    image: await imageBuilds(origin.lab.hosts),
  });
  if (reason === undefined) return;
  throw new UndeError({
    code: 'LAB_SAVE_STALE',
    message: `the lab "${lab}" lies over the saved lab "${origin.name}", which is stale: ${reason}`,
    exit: 'refused',
    hint: `unde lab down${lab === 'default' ? '' : ` --name ${lab}`}, then bring it up anew`,
  });
}

/** Waits for all of them, and only then tells of the first that failed: nothing goes on behind the error's back. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

async function prepareFolder(lab: string): Promise<void> {
  await mkdir(labDirectory(lab), { recursive: true, mode: 0o755 });
  const identity = labIdentityFile(lab);
  if (existsSync(identity) && existsSync(`${identity}.pub`)) return;
  await rm(identity, { force: true });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `operator of lab ${lab}`, '-f', identity]);
  await chmod(identity, 0o600);
}

/** A broken switch leaves no machine reachable, so everything that hangs on it is begun again. */
async function prepareSwitch(mount: CgroupMount, state: LabState): Promise<void> {
  if (await isSwitchWhole(state.name)) return;
  await destroyLab(mount, state.name, { keepFolder: true });
  await makeSwitch(state.name, state.sites, state.operator.site, state.operator.address);
}

/** Joins the sites if they are not, or not as wished; says whether it had to. */
async function prepareWan(mount: CgroupMount, state: LabState): Promise<boolean> {
  const [left, right] = state.sites;
  if (left === undefined || right === undefined) return false;
  if ((await joinedDelay(state.name, [left, right])) === state.wanDelayMs) return false;
  await joinSites(mount, state.name, [left, right], state.wanDelayMs);
  return true;
}

/** Cleans away what is left of machines that do not run; returns the ones that are to be booted. */
async function sweep(mount: CgroupMount, state: LabState): Promise<LabHost[]> {
  const missing: LabHost[] = [];
  for (const host of state.hosts) {
    const running =
      existsSync(machineFiles(state.name, host.name).ready) &&
      (await isMachineRunning(mount, state.name, host.name));
    if (running) continue;
    await stopMachine(mount, state.name, host.name);
    missing.push(host);
  }
  return missing;
}

async function awaitMachines(
  state: LabState,
  booted: readonly LabHost[],
  onReady: (done: number) => void,
): Promise<void> {
  let done = 0;
  const failed: string[] = [];
  await Promise.all(
    booted.map(async (host) => {
      if ((await waitForLogin(state.name, host, BOOT_DEADLINE_MS)) === undefined) failed.push(host.name);
      else onReady(++done);
    }),
  );
  const [first] = failed;
  if (first !== undefined) {
    const console = await readFile(machineFiles(state.name, first).console, 'utf8').catch(() => '');
    throw new UndeError({
      code: 'LAB_BOOT_FAILED',
      message: `${failed.join(', ')} did not answer a login within ${BOOT_DEADLINE_MS / 1000} s`,
      exit: 'failed',
      where: { host: first, file: machineFiles(state.name, first).console },
      details: console.trim().split('\n').slice(-10),
      hint: 'run the same command again: it boots what is not up',
    });
  }
  const lines = await Promise.all(
    state.hosts.map((host) => readFile(`${machineFiles(state.name, host.name).folder}/known_hosts`, 'utf8')),
  );
  await writeFile(labKnownHostsFile(state.name), lines.join(''));
}
