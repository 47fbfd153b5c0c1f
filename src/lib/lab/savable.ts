import { readFile } from 'node:fs/promises';
import { UndeError } from '../common/error/unde-error.ts';
import type { CgroupMount } from './cgroup.ts';
import type { SaveRequest } from './keep-disks.ts';
import { isMachineRunning, lowerFolders, machineFiles } from './machine.ts';
import { cutPorts } from './network.ts';
import { mergeState } from './request.ts';
import { savedLayers, type SavedLab } from './saved.ts';
import type { LabState } from './state.ts';

/** Every save of a lab that came from a saved one lies over it: so many may lie over each other. */
const MOST_LAYERS = 16;

/**
 * Checks that a lab can be saved, before any machine is stopped.
 *
 * @throws UndeError LAB_NOT_WHOLE, LAB_CHANGED, LAB_SAVE_DEPTH
 */
export async function assertWhole(
  mount: CgroupMount,
  request: SaveRequest,
  state: LabState,
  origin: SavedLab | undefined,
): Promise<void> {
  const own = request.lab === 'default' ? '' : ` --name ${request.lab}`;
  const refuse = (message: string, hint: string, code = 'LAB_NOT_WHOLE') =>
    new UndeError({ code, message, exit: 'refused', hint });
  const hosts = request.inventory.hosts.filter(({ name }) => state.hosts.some((host) => host.name === name));
  // Throws where the inventory has moved one of them.
  mergeState(state, {
    ...request,
    name: request.lab,
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
      `${gone.name} runs in the lab "${request.lab}", but the inventory has it no more`,
      `unde lab down${own}`,
    );
  for (const host of state.hosts) {
    if (!(await isMachineRunning(mount, request.lab, host.name)))
      throw refuse(
        `${host.name} is down, and how it has ended nobody knows`,
        `unde lab up${own} ${host.name} boots it; then save again`,
      );
    const lower = await readFile(machineFiles(request.lab, host.name).image, 'utf8');
    if (lower !== lowerFolders(host, savedLayers(origin, host.name)))
      throw refuse(
        `${host.name} runs over an image of the past`,
        `unde lab down${own}, then bring it up anew`,
      );
  }
  if ((await cutPorts(request.lab)).size > 0)
    throw refuse(
      'something is cut off: its machines could not be seen to come up again',
      `unde lab status${own} shows what; unde lab heal${own} …`,
    );
  if (origin !== undefined && origin.below.length + 1 >= MOST_LAYERS)
    throw refuse(
      `the lab lies over ${MOST_LAYERS} saved labs already, one over the other`,
      `unde lab down${own}, bring it up from its image, deploy, and save that`,
      'LAB_SAVE_DEPTH',
    );
}
