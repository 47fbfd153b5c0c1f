import chalk from 'chalk';
import type { StageListener } from '../lab/up.ts';
import { openTree } from './progress/progress.ts';

/**
 * Shows the stages of a command that boots or stops machines, while work goes on: a tree at a terminal, a line a stage
 * elsewhere.
 *
 * @param stages All that may come, in their order.
 * @param options `log` prints a line; the command's own, which says nothing with `--json`.
 */
export async function showingLabStages<T>(
  stages: readonly string[],
  { log, quiet }: { readonly log: (line: string) => void; readonly quiet: boolean },
  work: (onStage: StageListener) => Promise<T>,
): Promise<T> {
  const tree = await openTree({ quiet });
  if (tree === undefined) return work(stageLines(log));
  const waiting = new Set(stages);
  tree.begin(stages);
  try {
    const result = await work((stage, event) => {
      if (event.kind === 'end') {
        waiting.delete(stage);
        tree.end(stage, true, `${event.seconds.toFixed(1)} s`);
      } else if (event.kind === 'note') tree.report(stage, event.text);
      else if (event.kind === 'progress') tree.report(stage, `${event.done} of ${event.of}`);
      else tree.report(stage, '');
    });
    for (const stage of waiting) tree.end(stage, true, 'nothing to do');
    return result;
  } finally {
    await tree.close();
  }
}

/** A line for each stage that is over, and for what takes long. */
function stageLines(log: (line: string) => void): StageListener {
  return (stage, event) => {
    const name = stage.padEnd(8);
    if (event.kind === 'end') log(`${chalk.green('✔')} ${name} ${event.seconds.toFixed(1)} s`);
    else if (event.kind === 'note') log(`${chalk.dim('…')} ${name} ${event.text}`);
  };
}
