import chalk from 'chalk';
import { placeOf } from '../operations/secrets/listing.ts';
import type { DeclaredSecret } from '../desired/secrets/declared.ts';
import type { RotationEvent, RotationReport } from '../operations/secrets/rotation/rotate.ts';
import { lossOf } from '../operations/secrets/rotation/selection.ts';
import type { SecretEntry } from '../secrets/store.ts';
import { openTree, type ProgressOptions } from './progress/progress.ts';

/** What a rotation of a secret will do, in lines. */
export function announcedRotation(secret: DeclaredSecret, entry: SecretEntry | undefined): string[] {
  const { name, holders, verifiers } = secret;
  const parts = [
    entry?.rotation === undefined ? '' : 'goes on',
    `new for ${holders.map(placeOf).join(', ') || 'nobody'}`,
    verifiers.length === 0 ? '' : `verified by ${verifiers.map(placeOf).join(', ')}`,
  ];
  const loss = lossOf(secret);
  return [
    `${chalk.yellow('~')} ${chalk.bold(name)}  ${parts.filter((part) => part !== '').join('; ')}`,
    ...(loss === undefined ? [] : [`  ${chalk.yellow('!')} ${loss}`]),
  ];
}

/** How rotations are shown. */
export interface RotationShown extends ProgressOptions {
  /** Whether keys of tunnels are among others: their two ends change together, after those. */
  readonly tunnels: boolean;
}

/** Shows rotations while they run: an item a part at a terminal, services on their hosts below it; lines elsewhere. */
export async function showingRotation(
  { tunnels, ...options }: RotationShown,
  work: (onEvent: (event: RotationEvent) => void) => Promise<RotationReport>,
): Promise<RotationReport> {
  const tree = await openTree(options);
  if (tree === undefined) return work(printRotationEvent(options.quiet));
  const waiting = new Set(['accept', 'move', 'drop', ...(tunnels ? ['tunnels'] : [])]);
  tree.begin([...waiting]);
  let current: { readonly part: string; readonly text: string } | undefined;
  const begun = new Set<string>();
  let failed = false;
  const end = (ok: boolean) => {
    if (current === undefined) return;
    waiting.delete(current.part);
    tree.end(current.part, ok, current.text);
  };
  try {
    const report = await work((event) => {
      if (event.kind === 'step') {
        failed ||= !event.outcome.ok;
        const mark = event.outcome.ok ? chalk.green('✔') : chalk.red('✘');
        if (current !== undefined)
          tree.report(current.part, `${mark} ${event.outcome.text}`, placeOf(event.outcome));
        return;
      }
      // A part comes again for a tunnel, or where a failure is taken back.
      const part = tunnels && begun.has(event.phase) && !failed ? 'tunnels' : event.phase;
      begun.add(part);
      if (part !== current?.part) end(true);
      current = { part, text: event.text };
      tree.report(part, event.text);
    });
    const ok = report.result === 'ok';
    end(ok);
    for (const part of waiting) tree.end(part, ok, ok ? 'nothing to do' : 'was not begun');
    return report;
  } finally {
    await tree.close();
  }
}

/** Prints a rotation's progress, a line an event, on standard error; prints nothing where `--json` is asked for. */
function printRotationEvent(quiet: boolean): (event: RotationEvent) => void {
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

/**
 * What became of a rotation, in lines.
 *
 * @param done What to say where all went well.
 */
export function tellRotation({ result, steps, seconds }: RotationReport, done: string): string[] {
  const took = `${seconds.toFixed(1)} s`;
  if (result === 'ok') return [`${chalk.green('✔')} ${done} in ${took}`];
  const failed = steps.find(({ ok }) => !ok);
  const state =
    result === 'failed'
      ? 'everybody still uses the old values, and nobody was refused'
      : 'some use new values and some old ones; both are accepted';
  return [
    `${chalk.red('✘')} not done, after ${took}: ${state}`,
    ...(failed?.journal ?? []).map((line) => chalk.dim(`    │ ${line}`)),
    `  ${chalk.dim('next')}  mend it, then run the same command: it goes on where it stopped`,
  ];
}
