import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { findCgroups, labCgroup } from '../../src/lib/lab/cgroup.ts';

/** Clock ticks a second, as /proc counts processor time; Linux shows 100 to programs on every architecture. */
const TICKS = 100;

/** Counts what the machines of a lab and the commands of this process take of the processors. */
export class ProcessorClock {
  readonly #stat: string;
  #from = 0;

  private constructor(stat: string) {
    this.#stat = stat;
  }

  static async start(lab: string): Promise<ProcessorClock> {
    const mount = await findCgroups();
    if (mount === undefined) throw new Error('this machine has no control groups');
    const clock = new ProcessorClock(path.join(labCgroup(mount, lab), 'cpu.stat'));
    clock.#from = await clock.#now();
    return clock;
  }

  /** Seconds since the start; children of this process count once they have ended. */
  async seconds(): Promise<number> {
    return (await this.#now()) - this.#from;
  }

  async #now(): Promise<number> {
    const text = await readFile(this.#stat, 'utf8');
    return Number(/^usage_usec (\d+)$/m.exec(text)?.[1]) / 1e6 + ownSeconds();
  }
}

function ownSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime, stime, cutime, cstime of proc_pid_stat(5), counted from the field behind the name.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}
