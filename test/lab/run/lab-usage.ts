import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findCgroups, labCgroup } from '../../../src/lib/lab/cgroup.ts';

let seconds = 0;

/** Adds what the machines of a lab have taken so far; to be called before the lab goes down, since it is gone then. */
export async function countLab(lab: string): Promise<void> {
  const mount = await findCgroups();
  if (mount === undefined) return;
  seconds += usageOf(labCgroup(mount, lab));
}

function usageOf(folder: string): number {
  try {
    const stat = readFileSync(path.join(folder, 'cpu.stat'), 'utf8');
    return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1] ?? 0) / 1e6;
  } catch {
    // The lab is gone, or was never up.
    return 0;
  }
}

/** What the labs of this process have taken of the processors, in seconds. */
export const labSeconds = (): number => seconds;
