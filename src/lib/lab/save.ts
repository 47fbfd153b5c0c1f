import { readlink } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../common/error/unde-error.ts';
import { STATE } from '../common/layout/layout.ts';
import { type CgroupMount, findCgroups } from './cgroup.ts';
import { destroyLab } from './down.ts';
import { undoHalfMade, undoOthersHalfMade } from './half-made.ts';
import { keepDisks, type SaveRequest } from './keep-disks.ts';
import { withLock } from './lock.ts';
import { machineFiles, stopMachine } from './machine.ts';
import { originOf } from './origin.ts';
import { powerOff } from './power-off.ts';
import { assertCanBootLab } from './requirements.ts';
import { assertWhole } from './savable.ts';
import { checkSavedName, entriesOf, type SavedLab } from './saved.ts';
import { removeExpired, withSavedLabs } from './saved-expiry.ts';
import type { LabState } from './state.ts';
import { labOf } from './status.ts';
import { bootState, type StageListener, timedStages } from './up.ts';

/** The stages before the machines are booted again, in their order. */
export const SAVE_STAGES = ['stop', 'save'] as const;

/** What `unde lab save` did. */
export interface LabSave {
  readonly save: SavedLab;
  /** Names of older saved labs that were removed to make room. */
  readonly removed: readonly string[];
  /** Seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Saves a lab: powers its machines off, and keeps their disks as a layer that labs can be brought up from. The lab
 * itself is the first to lie over it, so nothing is copied. The saved lab is whole or absent: it gets its name last,
 * by a rename, and {@link undoHalfMade} gives the machines of a save that was killed their disks back.
 *
 * @throws UndeError BAD_SAVED_NAME, LAB_DOWN, LAB_BUSY, LAB_NOT_WHOLE, LAB_STOP_FAILED, LAB_CHANGED, LAB_SAVE_DEPTH
 */
export async function saveLab(request: SaveRequest, onStage: StageListener): Promise<LabSave> {
  checkSavedName(request.name);
  await assertCanBootLab();
  const mount = (await findCgroups()) as CgroupMount;
  return withLock(`lab ${request.lab}`, 5000, async () => {
    await undoHalfMade(request.lab);
    await undoOthersHalfMade(request.lab);
    const { seconds, stage } = timedStages(onStage);
    const state = await labOf(request.lab);
    const origin = await originOf(request.lab);
    await assertWhole(mount, request, state, origin);
    const releases = await releasesOf(state);
    await stage('stop', () => stopCleanly(mount, state, request.stopMs, onStage));
    const { save, removed } = await stage('save', async () => {
      try {
        for (const host of state.hosts) await stopMachine(mount, state.name, host.name);
        const made = await keepDisks(request, state, origin, releases);
        return { save: made, removed: await withSavedLabs(() => removeExpired(made.id)) };
      } catch (error) {
        // Such as a full disk: the lab is to be as it was.
        await undoHalfMade(request.lab);
        await bootState(mount, state, state, onStage);
        throw error;
      }
    });
    if (request.down) await destroyLab(mount, request.lab, { keepFolder: false });
    else Object.assign(seconds, (await bootState(mount, state, state, onStage)).seconds);
    return { save, removed, seconds };
  });
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
