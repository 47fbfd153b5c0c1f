import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { UndeError } from '../common/error/unde-error.ts';

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: field 22 of /proc/PID/stat. */
  readonly startTicks: number;
}

/** The identity of a running process; `undefined` once it is gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command's name in parentheses, and may itself contain any of them.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

/** The parent of a running process; 0 where it has none. */
export function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Whether that very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTicks === identity.startTicks;
}

/** Reads an identity that {@link formatIdentity} wrote; `undefined` where there is none or it is torn. */
export async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const match = /^(\d+) (\d+)\n$/.exec(await readFile(file, 'utf8'));
    return match === null ? undefined : { pid: Number(match[1]), startTicks: Number(match[2]) };
  } catch {
    return undefined;
  }
}

/** How an identity stands in a pid file. */
export function formatIdentity(identity: ProcessIdentity): string {
  return `${identity.pid} ${identity.startTicks}\n`;
}

/** A search path that finds the system's programs, also for a root whose own has no sbin, such as that of `su`. */
export function systemPath(env: NodeJS.ProcessEnv = process.env): { PATH: string } {
  const usual = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const own = env['PATH']?.split(':').filter((folder) => folder !== '') ?? [];
  return { PATH: [...own, ...usual.filter((folder) => !own.includes(folder))].join(':') };
}

/**
 * Runs a program of the system to its end.
 *
 * @returns Its standard output.
 * @throws UndeError LAB_TOOL_FAILED with the last lines that it wrote.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Record<string, string> } = {},
): Promise<string> {
  const result = await execa(file, args, {
    reject: false,
    all: true,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    env: { ...systemPath(), ...options.env },
  });
  if (!result.failed) return result.stdout;
  throw new UndeError({
    code: 'LAB_TOOL_FAILED',
    message: `${[file, ...args].join(' ').slice(0, 200)} failed: ${result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`}`,
    exit: 'failed',
    details: (result.all ?? '').trim().split('\n').slice(-15),
    hint: 'unde lab down, then unde lab up; if it comes back, the lines above tell what the machine lacks',
  });
}

/** Looks again until the condition holds, or the deadline in milliseconds is over; says which. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
  everyMs = 20,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await delay(everyMs);
  }
  return true;
}
