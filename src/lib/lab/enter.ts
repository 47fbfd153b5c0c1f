import { existsSync, statSync } from 'node:fs';
import process from 'node:process';
import { UndeError } from '../common/error/unde-error.ts';
import { labSwitchNamespace } from './state.ts';

/** Where a lab's switch namespace can be entered. */
function labSwitchPath(name: string): string {
  return `/run/netns/${labSwitchNamespace(name)}`;
}

/**
 * Continues inside a lab's switch namespace, from which nothing but the lab can be reached: replaces this process by
 * the same command line started through nsenter. Returns at once where that has happened already. As the process
 * is replaced (same pid, same terminal), signals and the exit code need no forwarding, and whatever ran before
 * the call runs again: call it before anything is printed or changed.
 *
 * @throws UndeError LAB_DOWN, LAB_NEEDS_ROOT
 */
export function enterLab(name: string): void {
  if (isInLab(name)) return;
  replaceProcess(nsenterCommand(name, [process.execPath, ...process.execArgv, ...process.argv.slice(1)]));
}

/** Whether this process is inside the lab's switch namespace. */
function isInLab(name: string): boolean {
  const own = statSync('/proc/self/ns/net', { throwIfNoEntry: false });
  const lab = statSync(labSwitchPath(name), { throwIfNoEntry: false });
  return own !== undefined && lab !== undefined && own.ino === lab.ino && own.dev === lab.dev;
}

/**
 * A command line that runs another one inside a lab's switch namespace.
 *
 * @throws UndeError LAB_DOWN, LAB_NEEDS_ROOT
 */
export function nsenterCommand(name: string, command: readonly string[]): [string, ...string[]] {
  if (!existsSync(labSwitchPath(name))) throw labDown(name);
  if (process.getuid?.() !== 0) {
    throw new UndeError({
      code: 'LAB_NEEDS_ROOT',
      message: `entering the lab "${name}" needs root`,
      exit: 'refused',
      hint: 'run the same command with sudo',
    });
  }
  return ['nsenter', `--net=${labSwitchPath(name)}`, '--', ...command];
}

/** The error of a lab that is not up. */
export function labDown(name: string): UndeError {
  return new UndeError({
    code: 'LAB_DOWN',
    message: `the lab "${name}" is not up`,
    exit: 'refused',
    hint: name === 'default' ? 'unde lab up' : `unde lab up --name ${name}`,
  });
}

/** Becomes another program, found in the usual folders. */
export function replaceProcess(
  [file, ...args]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = process.env,
): never {
  const found = ['/usr/bin', '/usr/sbin', '/bin', '/sbin']
    .map((folder) => `${folder}/${file}`)
    .find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new UndeError({
      code: 'LAB_PACKAGES',
      message: `${file} is missing on this machine`,
      exit: 'refused',
      hint: 'apt-get install util-linux',
    });
  }
  const defined = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return process.execve!(found, [file, ...args], Object.fromEntries(defined));
}
