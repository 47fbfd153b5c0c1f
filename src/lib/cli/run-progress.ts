import { scopeName, type BatchRun } from '../../contracts/embed-batch.ts';
import { renderRun } from '../operations/embed-batch/render.ts';
import { openTree, type ProgressOptions } from './progress/progress.ts';

/** Shows how far a run of embed-batch is while it is watched; nothing where that cannot be redrawn. */
export async function showingRun(
  begun: BatchRun,
  options: ProgressOptions,
  watch: (onRun: (run: BatchRun) => void) => Promise<BatchRun>,
): Promise<BatchRun> {
  const tree = await openTree(options);
  if (tree === undefined) return watch(() => undefined);
  const name = scopeName(begun.scope);
  tree.begin([name]);
  tree.report(name, renderRun(begun));
  try {
    const run = await watch((seen) => tree.report(name, renderRun(seen)));
    tree.end(name, run.state === 'done' || run.state === 'running', renderRun(run));
    return run;
  } finally {
    await tree.close();
  }
}
