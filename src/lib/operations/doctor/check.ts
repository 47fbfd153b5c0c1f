import chalk from 'chalk';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';

/** `warn` is for the operator to know; `fail` keeps commands from working. */
export type CheckVerdict = 'ok' | 'warn' | 'fail';

/** One thing that was looked at. */
export interface Check {
  /** What was looked at, e.g. `ssh key` or `host embedder`. */
  readonly name: string;
  readonly verdict: CheckVerdict;
  readonly message: string;
  /** What to type next; `null` where there is nothing to do. */
  readonly hint: string | null;
}

/** A check that found nothing wrong. */
export function ok(name: string, message: string): Check {
  return { name, verdict: 'ok', message, hint: null };
}

/** A check that found something to know. */
export function warn(name: string, message: string, hint: string): Check {
  return { name, verdict: 'warn', message, hint };
}

/** A check that found something that keeps commands from working. */
export function fail(name: string, message: string, hint: string): Check {
  return { name, verdict: 'fail', message, hint };
}

/** A check that could not be made, for a reason that somebody has to mend. */
export function failed(name: string, error: unknown, hint = 'unde doctor --json'): Check {
  if (!(error instanceof UndeError)) return fail(name, messageOf(error), hint);
  const more =
    error.details.length > 1 ? ` (${error.details.length} findings, the first: ${error.details[0]})` : '';
  return fail(name, `${error.message}${more}`, error.hint ?? hint);
}

const SIGNS = {
  ok: () => chalk.green('✔ ok  '),
  warn: () => chalk.yellow('! warn'),
  fail: () => chalk.red('✘ fail'),
};

/** Checks for the eye: a line each, what to type next below those that are not well, and a count. */
export function renderChecks(checks: readonly Check[]): string {
  const wide = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, verdict, message, hint }) => [
    `${SIGNS[verdict]()}  ${name.padEnd(wide)}  ${message}`,
    ...(hint === null ? [] : [`${' '.repeat(wide + 10)}${chalk.dim('→')} ${chalk.bold(hint)}`]),
  ]);
  const { warn: warnings, fail: failures } = countChecks(checks);
  const total =
    failures > 0
      ? chalk.red.bold(`${failures} failed, ${warnings} to know of`)
      : warnings > 0
        ? chalk.yellow.bold(`nothing failed, ${warnings} to know of`)
        : chalk.green.bold('all well');
  return [...lines, '', total].join('\n');
}

/** How many checks ended how. */
export function countChecks(checks: readonly Check[]): Record<CheckVerdict, number> {
  const count = (verdict: CheckVerdict) => checks.filter((check) => check.verdict === verdict).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail') };
}
