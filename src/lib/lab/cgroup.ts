import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitUntil } from './process.ts';

/** How this machine shows control groups. */
export interface CgroupMount {
  /** The version 2 tree. */
  readonly unified: string;
  /** Version 1 controllers beside it: the machine boots containers that see version 2, without its limits. */
  readonly hybrid: boolean;
}

/** Those that the units' limits are enforced with. */
const CONTROLLERS = ['cpu', 'io', 'memory', 'pids'];
const CGROUP2_MAGIC = 0x63677270;

/** Finds the version 2 tree; `undefined` on a machine that has none. */
export async function findCgroups(): Promise<CgroupMount | undefined> {
  if (await isCgroup2('/sys/fs/cgroup')) return { unified: '/sys/fs/cgroup', hybrid: false };
  if (await isCgroup2('/sys/fs/cgroup/unified')) return { unified: '/sys/fs/cgroup/unified', hybrid: true };
  return undefined;
}

async function isCgroup2(folder: string): Promise<boolean> {
  try {
    return (await statfs(folder)).type === CGROUP2_MAGIC;
  } catch {
    return false;
  }
}

/**
 * A lab's control group. Everything that a lab runs is inside, one group a machine, so that all of it is found and
 * ended by what the kernel knows, whatever was recorded.
 */
export function labCgroup(mount: CgroupMount, lab: string, machine?: string): string {
  const folder = path.join(mount.unified, 'unde-lab', lab);
  return machine === undefined ? folder : path.join(folder, machine);
}

/**
 * Makes a machine's group. Its supervisor is in `supervisor`, each boot of the machine in a group beside it, so that
 * no process is in the way of the controllers: where they are version 2 they are handed down, and a unit's limits
 * hold in the lab too.
 */
export async function makeMachineCgroup(mount: CgroupMount, lab: string, machine: string): Promise<string> {
  const folder = labCgroup(mount, lab, machine);
  await mkdir(path.join(folder, 'supervisor'), { recursive: true });
  for (const group of [path.join(mount.unified, 'unde-lab'), labCgroup(mount, lab), folder]) {
    const controllers = (await readFile(path.join(group, 'cgroup.controllers'), 'utf8')).trim().split(' ');
    for (const controller of controllers.filter((name) => CONTROLLERS.includes(name))) {
      await writeFile(path.join(group, 'cgroup.subtree_control'), `+${controller}`);
    }
  }
  return folder;
}

/** Whether any process is in a group or below it. */
export async function isPopulated(folder: string): Promise<boolean> {
  try {
    return (await readFile(path.join(folder, 'cgroup.events'), 'utf8')).includes('populated 1');
  } catch {
    return false;
  }
}

/** Ends everything in a lab's or a machine's group and removes the group; does nothing where there is none. */
export async function destroyCgroup(mount: CgroupMount, lab: string, machine?: string): Promise<void> {
  const folder = labCgroup(mount, lab, machine);
  if (existsSync(folder)) {
    await writeFile(path.join(folder, 'cgroup.kill'), '1');
    await waitUntil(async () => !(await isPopulated(folder)), 10_000);
  }
  // The kernel frees a group a moment after its last process is reaped.
  await waitUntil(() => removed(folder), 5000);
  // On a hybrid machine systemd-nspawn makes the same groups in version 1's systemd hierarchy.
  if (mount.hybrid) await removed(labCgroup({ ...mount, unified: '/sys/fs/cgroup/systemd' }, lab, machine));
}

/** Removes what is common to all labs, once the last one is gone. */
export async function removeEmptyCgroups(mount: CgroupMount): Promise<void> {
  for (const tree of [mount.unified, ...(mount.hybrid ? ['/sys/fs/cgroup/systemd'] : [])]) {
    await rmdir(path.join(tree, 'unde-lab')).catch(() => undefined);
  }
}

async function removed(folder: string): Promise<boolean> {
  if (!existsSync(folder)) return true;
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory() && !(await removed(path.join(folder, entry.name)))) return false;
    }
    await rmdir(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}
