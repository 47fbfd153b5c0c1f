import os from 'node:os';
import { createInterface } from 'node:readline/promises';
import chalk from 'chalk';
import { contextLabel, resolveContext, type Context } from '../common/context/context.ts';
import { UndeError } from '../common/error/unde-error.ts';
import { fleetOf, type Fleet } from '../fleet/fleet.ts';
import type { HostAnswer } from '../fleet/ask/ask-hosts.ts';
import type { Host } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { enterLab } from '../lab/enter.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { catalog } from '../../registry.ts';
import { BaseCommand } from './base-command.ts';

/** What `fleetOptions`, and `confirmOptions` where a command changes something, give. */
export interface FleetFlags {
  readonly context?: string;
  readonly inventory?: string;
  readonly yes?: boolean;
}

/** A command that touches hosts: it resolves the context, shows it, and sees the fleet through it. */
export abstract class FleetCommand extends BaseCommand {
  /** The services that are built. */
  protected readonly catalog: Catalog = catalog;

  /**
   * The fleet of the context that the flags, the environment or `unde context use` name, which is said first. In the
   * lab context the process first moves into the lab's own network namespace, which has no way out.
   *
   * @param options `quiet` where the command says the context itself, or later.
   */
  protected async openFleet(
    flags: FleetFlags,
    { quiet = false }: { readonly quiet?: boolean } = {},
  ): Promise<Fleet> {
    const context = resolveContext(flags.context);
    if (context.name === 'lab') enterLab(context.lab);
    const fleet = await fleetOf(
      await loadInventory(flags.inventory, process.env, this.catalog.names()),
      context,
    );
    if (!quiet) this.showContext(context);
    const { changes } = this.ctor as typeof BaseCommand;
    if (typeof changes === 'string') await this.askBefore(context, changes, flags.yes === true);
    return fleet;
  }

  /** The line that says which fleet is meant; on standard error, so that output can be piped. */
  protected showContext(context: Context): void {
    if (this.jsonEnabled()) return;
    const label = contextLabel(context);
    const colour = context.name === 'production' ? chalk.bgRed.white : chalk.cyan;
    process.stderr.write(`${chalk.dim('context')} ${colour(label)} ${chalk.dim(`(${context.from})`)}\n`);
  }

  /** Prints what went wrong where a command ran on hosts, and sets the exit code. */
  protected reportAnswers(answers: ReadonlyMap<Host, HostAnswer>): void {
    for (const [{ name }, answer] of this.jsonEnabled() ? [] : answers) {
      const text = answer.error === undefined ? answer.stderr.trimEnd() : answer.error.message;
      if (answer.code === 0 && text === '') continue;
      for (const line of text.split('\n')) process.stderr.write(`${chalk.red(name)}  ${line}\n`);
    }
    const all = [...answers.values()];
    const errors = all.flatMap(({ error }) => error ?? []);
    const interrupted = errors.length > 0 && errors.every(({ exit }) => exit === 'interrupted');
    this.endWith({
      interrupted,
      unreachable: errors.length > 0 && !interrupted,
      failed: all.some(({ code, error }) => error === undefined && code !== 0),
    });
  }

  /**
   * In production, asks before a change; elsewhere, and with `--yes`, goes on.
   *
   * @throws UndeError NOT_CONFIRMED_BY_OPERATOR, NEEDS_YES
   */
  protected async askBefore(context: Context, question: string, yes: boolean): Promise<void> {
    if (context.name !== 'production' || yes) return;
    if (!process.stdin.isTTY || this.jsonEnabled()) {
      throw new UndeError({
        code: 'NEEDS_YES',
        message: 'a change in production wants a confirmation, and nobody is at a terminal to give it',
        exit: 'refused',
        hint: 'look at the plan first, then add --yes',
      });
    }
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await prompt.question(`${question} Type yes to go on: `).finally(() => prompt.close());
    if (answer.trim() === 'yes') return;
    throw new UndeError({
      code: 'DECLINED',
      message: 'nothing was changed',
      exit: 'refused',
    });
  }
}

/** Who is at the keyboard, for locks and ledgers: user@machine, or UNDE_OPERATOR. */
export function operatorName(env: NodeJS.ProcessEnv = process.env): string {
  return env['UNDE_OPERATOR'] || `${os.userInfo().username}@${os.hostname()}`;
}
