import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import type { PathVerdict } from './path-verdict.ts';

/** The columns of {@link pathRow}. */
export const PATH_COLUMNS: readonly Column[] = [
  { header: '' },
  { header: 'from' },
  { header: 'to' },
  { header: 'port', align: 'right' },
  { header: 'service' },
  { header: 'should be' },
  { header: 'is' },
  { header: 'note', shrink: true },
];

const MARKS = { right: chalk.green('✔'), wrong: chalk.red('✘'), unknown: chalk.yellow('?') };

/** A path that was tried as a row. */
export function pathRow(path: PathVerdict): string[] {
  const { from, to, port, service, expected, found, note } = path;
  return [MARKS[path.verdict], from, to, String(port), service, expected, found, note];
}

/** How many paths have each verdict. */
export function countPaths(paths: readonly PathVerdict[]): Record<PathVerdict['verdict'], number> {
  const count = { right: 0, wrong: 0, unknown: 0 };
  for (const { verdict } of paths) count[verdict]++;
  return count;
}
