import { describeBlocker } from '../operations/db/migration/blocker.ts';
import { describeEvent } from '../operations/db/migration/describe.ts';
import type { MigrationEvent } from '../operations/db/migration/migrate.ts';
import { openTree, type ProgressOptions } from './progress/progress.ts';

/**
 * Shows migrations while they are applied: an item each at a terminal, whoever is in its way below it; a line an event
 * elsewhere.
 *
 * @param pending Names, in the order in which they are applied.
 * @param options `log` prints a line; the command's own, which says nothing with `--json`.
 */
export async function showingMigrations<T>(
  pending: readonly string[],
  { log, ...options }: ProgressOptions & { readonly log: (line: string) => void },
  work: (onEvent: (event: MigrationEvent) => void) => Promise<T>,
): Promise<T> {
  const tree = await openTree(options);
  if (tree === undefined) return work((event) => log(describeEvent(event)));
  tree.begin(pending);
  const waiting = new Set(pending);
  try {
    const result = await work((event) => {
      if (event.type === 'waiting') {
        const { name, since } = event.holder;
        for (const each of waiting) tree.report(each, `waits for "${name}", who migrates since ${since}`);
        return;
      }
      const { name } = event.migration;
      if (event.type === 'applying') tree.report(name, 'is being applied');
      else if (event.type === 'blocked') {
        for (const blocker of event.blockers)
          tree.report(name, describeBlocker(blocker), `process ${blocker.pid}`);
      } else {
        waiting.delete(name);
        tree.end(name, true, `applied in ${event.seconds} s`);
      }
    });
    // Whoever had the turn before may have done some.
    for (const name of waiting) tree.end(name, true, 'was applied by somebody else meanwhile');
    return result;
  } finally {
    await tree.close();
  }
}
