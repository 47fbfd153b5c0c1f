import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';

/** A kernel setting that a lab needs to be at least so high; see docs/lab.md. */
interface KernelLimit {
  readonly file: string;
  readonly least: number;
}

/**
 * What a number of machines needs. Every systemd opens a few dozen inotify instances and makes a keyring a unit, all
 * of them counted for root together; with the kernel's defaults (128 and 200) the units of the fourth machine fail.
 * The kernel's one neighbour table, too, is shared by all namespaces: with 1024 entries, thirty machines that all talk to each other
 * fill it.
 */
export function kernelLimits(machines: number): KernelLimit[] {
  return [
    { file: '/proc/sys/fs/inotify/max_user_instances', least: Math.max(1024, machines * 256) },
    { file: '/proc/sys/kernel/keys/maxkeys', least: Math.max(2000, machines * 600) },
    { file: '/proc/sys/net/ipv4/neigh/default/gc_thresh2', least: Math.max(2048, machines * machines) },
    { file: '/proc/sys/net/ipv4/neigh/default/gc_thresh3', least: Math.max(4096, machines * machines * 2) },
  ];
}

/** Raises the kernel's limits where they are too low for these machines and all other labs'; it never lowers one. */
export async function raiseKernelLimits(machines: number): Promise<void> {
  const running = existsSync('/run/netns') ? await readdir('/run/netns') : [];
  const others = running.filter((name) => name.startsWith('unde-')).length;
  for (const { file, least } of kernelLimits(machines + others)) {
    const now = Number(await readFile(file, 'utf8'));
    if (now < least) await writeFile(file, String(least));
  }
}
