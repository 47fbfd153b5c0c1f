import { readFile } from 'node:fs/promises';
import { type CgroupMount, isPopulated, labCgroup } from './cgroup.ts';
import { machineNamespace } from './network.ts';
import { run, waitUntil } from './process.ts';

/** SIGRTMIN+4 of the C library: systemd as process 1 then powers off, as after `systemctl poweroff`. */
const POWER_OFF = 34 + 4;

/**
 * Powers a machine off by its own systemd, which stops every unit in its order, and waits for its end. No login is
 * needed for that.
 *
 * @returns Whether it has stopped before the deadline in milliseconds.
 */
export async function powerOff(
  mount: CgroupMount,
  lab: string,
  host: string,
  deadlineMs: number,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  let init: number | undefined;
  // A machine that is being rebooted has none for a moment.
  await waitUntil(async () => (init = await initOf(lab, host)) !== undefined, deadlineMs, 100);
  if (init === undefined) return false;
  process.kill(init, POWER_OFF);
  const group = labCgroup(mount, lab, host);
  return waitUntil(async () => !(await isPopulated(group)), end - performance.now(), 20);
}

/** The process, by its number here, that is process 1 in a machine. */
async function initOf(lab: string, host: string): Promise<number | undefined> {
  const pids = (await run('ip', ['netns', 'pids', machineNamespace(lab, host)])).split('\n').filter(Boolean);
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    // Two numbers: a unit of the machine may have a process 1 of its own, one level below.
    if (/^NSpid:\t\d+\t1$/m.test(status)) return Number(pid);
  }
  return undefined;
}
