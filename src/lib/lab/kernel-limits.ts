import { readFile, writeFile } from 'node:fs/promises';

/** A kernel setting that a lab needs to be at least so high; see docs/lab.md. */
export interface KernelLimit {
  readonly file: string;
  readonly least: number;
}

/**
 * What a number of machines needs. Every systemd opens a few dozen inotify instances and makes a keyring a unit, all
 * of them counted for root together; with the kernel's defaults (128 and 200) the units of the fourth machine fail.
 */
export function kernelLimits(machines: number): KernelLimit[] {
  return [
    { file: '/proc/sys/fs/inotify/max_user_instances', least: Math.max(1024, machines * 256) },
    { file: '/proc/sys/kernel/keys/maxkeys', least: Math.max(2000, machines * 600) },
  ];
}

/** Raises the kernel's limits where they are too low; it never lowers one. */
export async function raiseKernelLimits(machines: number): Promise<void> {
  for (const { file, least } of kernelLimits(machines)) {
    const now = Number(await readFile(file, 'utf8'));
    if (now < least) await writeFile(file, String(least));
  }
}
