import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { type CgroupMount, destroyCgroup, findCgroups, removeEmptyCgroups } from './cgroup.ts';
import { withLock } from './lock.ts';
import { stopMachine, unmountBelow } from './machine.ts';
import { deleteNamespace, labNamespaces } from './network.ts';
import { identify, isRunning, parentOf, run, waitUntil } from './process.ts';
import { makingDirectory } from './half-made.ts';
import { savedLabsDirectory } from './saved.ts';
import { removeExpired, withSavedLabs } from './saved-expiry.ts';
import { labDirectory, labFolders, labHome, labSwitchNamespace } from './state.ts';

/** Names of the labs that there is anything of: a folder, or a switch namespace. */
export async function labNames(env?: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = await labFolders(env);
  const namespaces = existsSync('/run/netns') ? await readdir('/run/netns') : [];
  const switches = namespaces.flatMap((name) => /^unde-([a-z][a-z0-9]*)-switch$/.exec(name)?.[1] ?? []);
  return [...new Set([...folders, ...switches])].sort();
}

/**
 * Takes a lab down and leaves nothing of it: no process, mount, namespace, control group or file. Images and saved
 * labs stay.
 *
 * @returns Whether there was anything to take down.
 * @throws UndeError LAB_BUSY, LAB_TOOL_FAILED
 */
export async function takeDown(lab: string): Promise<boolean> {
  return withLock(`lab ${lab}`, 5000, async () => {
    const was = existsSync(labDirectory(lab)) || (await labNamespaces(lab)).length > 0;
    const mount = await findCgroups();
    if (mount !== undefined) await destroyLab(mount, lab, { keepFolder: false });
    await rm(makingDirectory(lab), { recursive: true, force: true });
    // What this lab was the last to stand on.
    if (existsSync(savedLabsDirectory())) await withSavedLabs(() => removeExpired());
    return was;
  });
}

/** Ends everything of a lab, found by what the kernel knows rather than by what was recorded. */
export async function destroyLab(
  mount: CgroupMount,
  lab: string,
  options: { readonly keepFolder: boolean },
): Promise<void> {
  await destroyCgroup(mount, lab);
  const prefix = `unde-${lab}-`;
  for (const namespace of await labNamespaces(lab)) {
    await endProcesses(namespace);
    if (namespace === labSwitchNamespace(lab)) continue;
    await stopMachine(mount, lab, namespace.slice(prefix.length));
  }
  await unmountBelow(labDirectory(lab));
  await deleteNamespace(labSwitchNamespace(lab));
  await removeEmptyCgroups(mount);
  if (options.keepFolder) return;
  await rm(labDirectory(lab), { recursive: true, force: true });
  await rmdir(labHome()).catch(() => undefined);
}

/** Ends what still runs in a namespace, such as an operator's shell in the lab; never this process's own ancestors. */
async function endProcesses(namespace: string): Promise<void> {
  const pids = (await run('ip', ['netns', 'pids', namespace])).split('\n').filter(Boolean).map(Number);
  const spared = new Set(ancestors());
  for (const pid of pids) {
    const identity = identify(pid);
    if (identity === undefined || spared.has(pid)) continue;
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => !isRunning(identity), 5000);
  }
}

function ancestors(): number[] {
  const chain = [process.pid];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) chain.push(pid);
  return chain;
}
