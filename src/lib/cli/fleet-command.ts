import os from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Flags } from '@oclif/core';
import chalk from 'chalk';
import { contextLabel, resolveContext, type Context } from '../common/context/context.ts';
import { UndeError } from '../common/error/unde-error.ts';
import { fleetOf, type Fleet } from '../fleet/fleet.ts';
import type { HostAnswer } from '../fleet/ask/ask-hosts.ts';
import type { Host } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { enterLab } from '../lab/enter.ts';
import { BaseCommand, contextFlag, inventoryFlag } from './base-command.ts';

/** Flags of every command that touches hosts. */
export const fleetOptions = { ...contextFlag, ...inventoryFlag };

/** Flags of commands that change hosts. */
export const confirmOptions = {
  yes: Flags.boolean({ char: 'y', description: 'do not ask before changing production' }),
};

/** A command that touches hosts: it resolves the context, shows it, and sees the fleet through it. */
export abstract class FleetCommand extends BaseCommand {
  /**
   * The fleet of the context that the flags, the environment or `unde context use` name. In the lab context the
   * process first moves into the lab's own network namespace, which has no way out.
   *
   * @param built Names of the services that are built; another name in the inventory is an error with its line.
   */
  protected async openFleet(
    flags: { context?: string; inventory?: string },
    built: readonly string[],
  ): Promise<Fleet> {
    const context = resolveContext(flags.context);
    if (context.name === 'lab') enterLab(context.lab);
    return fleetOf(await loadInventory(flags.inventory, process.env, built), context);
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
    if (errors.length > 0) {
      this.setExit(errors.every(({ exit }) => exit === 'interrupted') ? 'interrupted' : 'unreachable');
    } else if (all.some(({ code }) => code !== 0)) this.setExit('failed');
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
