/** A trial that is to be done. */
export interface PlannedTrial {
  readonly cell: number;
  readonly run: number;
}

/**
 * Reads which cells are meant: `3-7`, `5`, or all.
 *
 * @param count How many there are.
 * @throws RangeError
 */
export function parseCells(text: string | undefined, count: number): { from: number; to: number } {
  if (text === undefined || text === '') return { from: 1, to: count };
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const from = Number(first);
  const to = Number(last ?? first);
  if (from >= 1 && from <= to && to <= count) return { from, to };
  throw new RangeError(`cells are A-B between 1 and ${count}, not "${text}"`);
}

/**
 * Reads a whole number that is at least 1.
 *
 * @throws RangeError
 */
export function parseCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value)) return value;
  throw new RangeError(`${name} is a whole number from 1 on, not "${text}"`);
}

/** The trials in their order: all cells once, then all again. */
export function planTrials(
  cells: { readonly from: number; readonly to: number },
  runs: number,
): PlannedTrial[] {
  const numbers = Array.from({ length: cells.to - cells.from + 1 }, (_, index) => cells.from + index);
  return Array.from({ length: runs }, (_, index) => numbers.map((cell) => ({ cell, run: index + 1 }))).flat();
}
