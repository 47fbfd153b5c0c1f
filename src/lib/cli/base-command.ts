import { Command, Errors } from '@oclif/core';
import chalk from 'chalk';
import type { ErrorPlace } from '../common/error/unde-error.ts';
import { UndeError } from '../common/error/unde-error.ts';
import { didYouMean } from '../common/text/did-you-mean.ts';
import { EXIT, type ExitClass } from '../common/error/exit.ts';
import { worstExit, type Ending } from '../common/error/worst-exit.ts';

/** What every command has: `--json`, errors told in one shape, exit codes from the one table. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /**
   * Whether the command changes production; such a command has `--yes` and asks without it. A text is the question, asked
   * as soon as the fleet is known; `true` says that the command asks by itself, once it has shown what it would do.
   */
  static changes: boolean | string = false;

  #ending: Ending = {};

  /**
   * Says what is true of how the command ends, after its answer has been printed. Where several things are, in one call
   * or over several, the exit code is by the one rule of {@link worstExit}.
   */
  protected endWith(found: Ending | ExitClass): void {
    const now: Ending = typeof found === 'string' ? { [found]: true } : found;
    const facts = Object.entries(now).filter(([, isSo]) => isSo);
    this.#ending = { ...this.#ending, ...Object.fromEntries(facts) };
    process.exitCode = EXIT[worstExit(this.#ending)];
  }

  protected override async catch(
    thrown: Error & { exitCode?: number; oclif?: { exit?: number } },
  ): Promise<void> {
    const error = asUndeError(thrown, this.ctor);
    if (error === undefined) throw thrown;
    process.exitCode = error.exitCode;
    if (this.jsonEnabled()) this.logJson({ error: error.toJSON() });
    else process.stderr.write(`${formatError(error)}\n`);
  }
}

/** An operator's mistake as ours; oclif's own parse errors become exit class `usage`. */
function asUndeError(thrown: Error, command: typeof Command): UndeError | undefined {
  if (thrown instanceof UndeError) return thrown;
  if (thrown instanceof Errors.CLIError && thrown.constructor.name !== 'ExitError') {
    return new UndeError({
      code: 'USAGE',
      message: thrown.message.replace(/\nSee more help with --help$/, ''),
      exit: 'usage',
      hint: flagHint(thrown, command) ?? 'see the same command with --help',
    });
  }
  return undefined;
}

/** The flags that come near to one that there is not. */
function flagHint(thrown: Error, command: typeof Command): string | undefined {
  const { flags } = thrown as { flags?: unknown };
  const [wrong] = Array.isArray(flags) ? flags.map(String) : [];
  if (wrong === undefined || !wrong.startsWith('--')) return undefined;
  const known = [
    ...Object.keys(command.baseFlags ?? {}),
    ...Object.keys(command.flags ?? {}),
    'json',
    'help',
  ];
  return didYouMean(
    wrong.replace(/=.*/, ''),
    known.map((name) => `--${name}`),
  );
}

/** An error as an operator reads it: what, where, the lines that show the cause, what to type next. */
export function formatError(error: UndeError): string {
  const lines = [`${chalk.red.bold('Error')} ${chalk.dim(error.code)}  ${error.message}`];
  const place = formatPlace(error.where);
  if (place !== '') lines.push(`${chalk.dim('where')}  ${place}`);
  for (const detail of error.details) lines.push(chalk.dim('  │ ') + detail);
  if (error.hint !== undefined) lines.push(`${chalk.dim('next ')}  ${error.hint}`);
  return lines.join('\n');
}

function formatPlace(where: ErrorPlace): string {
  return [
    where.host === undefined ? '' : `host ${where.host}`,
    where.unit === undefined ? '' : `unit ${where.unit}`,
    where.file ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
