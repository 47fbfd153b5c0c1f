import chalk from 'chalk';
import { cut, displayWidth } from './width.ts';

/** A column of a table. */
export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** Gives way, with an ellipsis, where the table is wider than the terminal. */
  readonly shrink?: boolean;
}

/** How a table is rendered. */
export interface TableOptions {
  /** Columns of the terminal; without it nothing is cut, which is what a pipe wants. */
  readonly width?: number;
}

const GAP = '  ';
/** A shrinking column stays wide enough to be recognised. */
const LEAST = 8;

/**
 * Renders rows under headers as aligned columns, without a newline at the end. Colours in cells do not count for
 * the width; a missing cell is empty. Headers are dimmed, unless NO_COLOR is set or the output is no terminal.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | undefined)[])[],
  { width }: TableOptions = {},
): string {
  const natural = columns.map(({ header }, index) =>
    Math.max(displayWidth(header), ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const widths = width === undefined ? natural : shrunk(columns, natural, width);
  const line = (cells: readonly (string | undefined)[]) =>
    columns
      .map(({ align }, index) => fit(cells[index] ?? '', widths[index] ?? 0, align ?? 'left'))
      .join(GAP)
      .trimEnd();
  return [chalk.dim(line(columns.map(({ header }) => header.toUpperCase()))), ...rows.map(line)].join('\n');
}

/** The terminal's width for {@link renderTable}; `undefined` where the output is no terminal. */
export function terminalWidth(
  stream: { isTTY?: boolean; columns?: number } = process.stdout,
): number | undefined {
  return stream.isTTY === true ? stream.columns : undefined;
}

function shrunk(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const total = natural.reduce((sum, each) => sum + each, 0) + GAP.length * (columns.length - 1);
  let excess = total - width;
  return natural.map((each, index) => {
    if (excess <= 0 || columns[index]?.shrink !== true) return each;
    const taken = Math.min(excess, Math.max(0, each - LEAST));
    excess -= taken;
    return each - taken;
  });
}

function fit(cell: string, width: number, align: 'left' | 'right'): string {
  const short = cut(cell, width);
  // A wide character that is cut off leaves a column free.
  const padding = ' '.repeat(Math.max(0, width - displayWidth(short)));
  return align === 'right' ? padding + short : short + padding;
}
