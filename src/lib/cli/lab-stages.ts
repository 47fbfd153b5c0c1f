import process from 'node:process';
import chalk from 'chalk';
import type { StageListener } from '../lab/up.ts';

/**
 * Shows the stages of a command that boots or stops machines: one line a stage, which on a terminal is written over
 * until the stage is done.
 *
 * @param log Prints a line; the command's own, which says nothing with `--json`.
 */
export function labStages(log: (line: string) => void, json: boolean): StageListener {
  const live = process.stdout.isTTY && !json;
  return (stage, event) => {
    const name = stage.padEnd(8);
    if (live) process.stdout.write('\r\u001B[K');
    if (event.kind === 'end') log(`${chalk.green('✔')} ${name} ${event.seconds.toFixed(1)} s`);
    else if (event.kind === 'note') log(`${chalk.dim('…')} ${name} ${event.text}`);
    else if (live && event.kind === 'progress')
      process.stdout.write(`${chalk.dim('…')} ${name} ${event.done} of ${event.of}`);
    else if (live) process.stdout.write(`${chalk.dim('…')} ${stage}`);
  };
}
