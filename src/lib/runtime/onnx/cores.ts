import { readFileSync } from 'node:fs';
import os from 'node:os';

/**
 * How many physical cores this process may use. Matrix products fill a core's arithmetic alone, so a second thread
 * on the same core only gets in the way.
 *
 * @param cpuinfo The text of /proc/cpuinfo.
 */
export function physicalCores(cpuinfo: string = readCpuinfo(), allowed = os.availableParallelism()): number {
  const cores = new Set<string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? '0'}/${core}`);
  }
  // Processors without that line (ARM, some virtual machines) have no second threads to tell apart.
  return Math.max(1, Math.min(cores.size || allowed, allowed));
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
