import { UndeError } from '../common/error/unde-error.ts';

/** Something wrong with the inventory file, and where; line and column count from 1. */
export interface InventoryProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** All the problems of a file as one error, in the order of the file. */
export function badInventory(file: string, problems: readonly InventoryProblem[]): UndeError {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const first = sorted[0];
  const place = (problem: InventoryProblem) => `${file}:${problem.line}:${problem.column}`;
  return new UndeError({
    code: 'BAD_INVENTORY',
    message: `the inventory has ${sorted.length === 1 ? 'an error' : `${sorted.length} errors`}`,
    exit: 'config',
    where: { file: first === undefined ? file : place(first) },
    details: sorted.map((problem) => `${place(problem)}  ${problem.message}`),
    hint: 'mend the lines above, then: unde inventory check',
  });
}
