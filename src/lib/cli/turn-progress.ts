import chalk from 'chalk';
import { messageOf } from '../common/error/unde-error.ts';
import type { TurnOutcome } from '../operations/host/turn.ts';
import { openTree, type ProgressOptions } from './progress/progress.ts';

/** Where hosts that have their turn tell what is done to them. */
export interface TurnProgress {
  readonly tell: (host: string, text: string) => void;
  /** One host's turn, whose end is shown. */
  readonly turn: (host: string, work: () => Promise<TurnOutcome>) => Promise<TurnOutcome>;
}

/** Shows hosts that are worked on one by one: an item a host at a terminal, a line an event elsewhere. */
export async function showingTurns(
  hosts: readonly string[],
  options: ProgressOptions,
  work: (progress: TurnProgress) => Promise<TurnOutcome[]>,
): Promise<TurnOutcome[]> {
  const tree = await openTree(options);
  if (tree === undefined) return work({ tell: turnLines(options.quiet), turn: (_, own) => own() });
  tree.begin(hosts);
  try {
    const outcomes = await work({
      tell: (host, text) => tree.report(host, text),
      turn: async (host, own) => {
        try {
          const outcome = await own();
          tree.end(host, outcome.result === 'ok', outcome.text);
          return outcome;
        } catch (error) {
          tree.end(host, false, messageOf(error));
          throw error;
        }
      },
    });
    for (const { host, result, text } of outcomes) if (result === 'untouched') tree.end(host, false, text);
    return outcomes;
  } finally {
    await tree.close();
  }
}

/** Lines with the seconds since the beginning, on standard error; none where `quiet`. */
export function turnLines(quiet: boolean): TurnProgress['tell'] {
  const started = Date.now();
  return (host, text) => {
    if (quiet) return;
    const clock = chalk.dim(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
    process.stderr.write(`${clock}  ${host}  ${text}\n`);
  };
}
