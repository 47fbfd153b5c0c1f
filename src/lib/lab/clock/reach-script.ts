import { shellText } from '../../common/shell/script.ts';

/** Why a unit does not see the host's clock. */
export type OutOfReach =
  /** Go asks the kernel, past libc, also where it is linked against libc. */
  | 'go'
  /** No dynamic loader, so nothing can be loaded into it. */
  | 'static'
  /** It has been running since before the clock was moved. */
  | 'older'
  /** The dynamic loader takes no library from the environment of a program with privileges of its own. */
  | 'privileged';

/** Whether a unit of a host sees the pretended time. */
export interface UnitReach {
  readonly unit: string;
  /** Runs now; of the others, the jobs that wait for their time are told. */
  readonly running: boolean;
  readonly reached: boolean;
  /** Of a unit that is not reached: why, and which program of it. */
  readonly why?: OutOfReach;
  readonly program: string;
}

/** The bash script that tells which units of a host see its pretended time, a line each. */
export function reachScript(): string {
  return shellText('lib/lab/clock/reach.sh');
}

/** Reads what {@link reachScript} answered; units in the order of their names. */
export function parseReach(text: string): { units: UnitReach[]; timers: number } {
  const units: UnitReach[] = [];
  let timers = 0;
  for (const line of text.split('\n')) {
    const [word, first = '', state, verdict, ...program] = line.split(' ');
    if (word === 'timers') timers = Number(first);
    if (word !== 'unit') continue;
    const reached = verdict === 'reached';
    units.push({
      unit: first,
      running: state === 'running',
      reached,
      ...(reached ? {} : { why: verdict as OutOfReach }),
      program: program.join(' '),
    });
  }
  return { units: units.sort((a, b) => (a.unit < b.unit ? -1 : 1)), timers };
}

const REASONS: Readonly<Record<OutOfReach, (program: string) => string>> = {
  go: (program) => `${program} is Go, which asks the kernel past libc`,
  static: (program) => `${program} is linked statically`,
  older: (program) => `${program} has been running since before the clock was moved`,
  privileged: (program) => `${program} has privileges of its own, so the loader gives it no other library`,
};

/** Why a unit does not see its host's clock; empty where it does. */
export function explainReach({ why, program }: UnitReach): string {
  return why === undefined ? '' : REASONS[why](program);
}
