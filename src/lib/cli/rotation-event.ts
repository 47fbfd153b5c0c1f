import chalk from 'chalk';
import { placeOf } from '../secrets/listing.ts';
import type { RotationEvent } from '../secrets/rotation/rotate.ts';

/** Prints a rotation's progress, a line an event, on standard error; prints nothing where `--json` is asked for. */
export function printRotationEvent(quiet: boolean): (event: RotationEvent) => void {
  const started = Date.now();
  return (event) => {
    if (quiet) return;
    const clock = chalk.dim(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
    if (event.kind === 'phase') {
      process.stderr.write(`${clock}  ${event.text}\n`);
      return;
    }
    const { ok, text } = event.outcome;
    const mark = ok ? chalk.green('✔') : chalk.red('✘');
    process.stderr.write(`${clock}    ${mark} ${placeOf(event.outcome)}: ${text}\n`);
  };
}
