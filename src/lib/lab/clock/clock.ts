import { execa } from 'execa';
import { UndeError } from '../../common/error/unde-error.ts';
import { machineOf } from '../cut.ts';
import { sshCommand } from '../login.ts';
import { systemPath } from '../process.ts';
import type { LabHost } from '../state.ts';
import { labOf } from '../status.ts';
import { NO_LAB_MACHINE, NO_LIBRARY, renderMoveScript } from './move-script.ts';
import { clockOffset } from './offset-on-disk.ts';
import { parseReach, reachScript, type UnitReach } from './reach-script.ts';

/** A lab host's clock, and who sees it. */
export interface LabClock {
  readonly host: string;
  /** Seconds from this machine's clock; 0 where it was not moved. */
  readonly offset: number;
  /** The units that are meant to see it, whether they do or not; empty where the clock was not moved. */
  readonly units: readonly UnitReach[];
  /** Timers of ours on the host; systemd fires them by this machine's clock. */
  readonly timers: number;
  /** Units that were restarted to see it. */
  readonly restarted: readonly string[];
}

/**
 * Looks at the clock of a lab's machine.
 *
 * @throws UndeError LAB_DOWN, NOT_IN_LAB, LAB_CLOCK_FAILED
 */
export async function readClock(name: string, host: string): Promise<LabClock> {
  const machine = machineOf(await labOf(name), host);
  const offset = clockOffset(name, host);
  if (offset === 0) return { host, offset, units: [], timers: 0, restarted: [] };
  const { stdout } = await onMachine(name, machine, reachScript());
  return { host, offset, ...parseReach(stdout), restarted: [] };
}

/**
 * Gives the services, jobs and databases of a lab's machine another wall clock, or this machine's again. Units that do
 * not yet go by it are restarted; the others follow within a second, which this waits for.
 *
 * @param offset Seconds from this machine's clock; 0 for none.
 * @throws UndeError LAB_DOWN, NOT_IN_LAB, LAB_CLOCK_FAILED, LAB_CLOCK_LIBRARY, LAB_CLOCK_RESTART
 */
export async function moveClock(name: string, host: string, offset: number): Promise<LabClock> {
  const machine = machineOf(await labOf(name), host);
  const { stdout } = await onMachine(name, machine, renderMoveScript(offset));
  const named = (word: string) =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? line.slice(word.length + 1) : []));
  const [failed] = named('failed');
  if (failed !== undefined) {
    throw new UndeError({
      code: 'LAB_CLOCK_RESTART',
      message: `${named('failed').join(', ')} did not come back after the clock was moved`,
      exit: 'failed',
      where: { host, unit: failed },
      hint: `unde lab exec ${host} -- journalctl -u ${failed} -n 30; or take it back: unde lab clock ${host} reset`,
    });
  }
  return { ...(await readClock(name, host)), restarted: named('restarted').sort() };
}

async function onMachine(name: string, machine: LabHost, script: string): Promise<{ stdout: string }> {
  const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'];
  const [file, ...args] = sshCommand(name, machine, ['bash', '-s'], options);
  const result = await execa(file, args, { reject: false, input: script, env: systemPath() });
  if (result.exitCode === 0) return { stdout: result.stdout };
  if (result.exitCode === NO_LIBRARY) {
    throw new UndeError({
      code: 'LAB_CLOCK_LIBRARY',
      message: `${machine.name} has no libfaketime, without which its clock cannot be moved`,
      exit: 'refused',
      where: { host: machine.name },
      hint: machine.bare
        ? `unde lab exec ${machine.name} -- apt-get install -y libfaketime`
        : 'unde lab down, then unde lab up: the image of today has it',
    });
  }
  throw new UndeError({
    code: 'LAB_CLOCK_FAILED',
    message:
      result.exitCode === NO_LAB_MACHINE
        ? `${machine.name} does not say of itself that it is a lab's machine`
        : `the clock of ${machine.name} could not be asked or moved`,
    exit: 'failed',
    where: { host: machine.name },
    details: result.stderr.trim().split('\n').slice(-5),
    hint: 'unde lab status tells whether the machine answers',
  });
}
