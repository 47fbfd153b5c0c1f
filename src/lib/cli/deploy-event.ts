import chalk from 'chalk';
import type { DeployEvent } from '../operations/deploy/rollout.ts';

/** Prints a deploy's progress, a line an event, on standard error; prints nothing where `--json` is asked for. */
export function printDeployEvent(quiet: boolean): (event: DeployEvent) => void {
  const started = Date.now();
  return (event) => {
    if (quiet || event.kind === 'begin') return;
    const clock = chalk.dim(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
    const where = event.kind === 'host' ? `  ${event.host}: ` : '';
    process.stderr.write(`${clock}  ${event.service}  ${where}${event.text}\n`);
  };
}
