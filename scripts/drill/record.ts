import { readFileSync, writeFileSync } from 'node:fs';
import type { Progress } from './progress.ts';

/** What a row of the record says besides the progress. */
export interface Circumstances {
  readonly name: string;
  /** The number of cells and runs that were asked for, in words: `1-20`, `1-20 × 3`. */
  readonly cells: string;
  readonly machine: string;
  readonly commit: string;
  readonly planned: number;
}

/** How many failures a row names. */
const NAMED = 3;

/** Renders the row of a drill in docs/drills.md; a pure function. */
export function renderRow(progress: Progress, about: Circumstances): string {
  const { results } = progress;
  const failed = results.filter(({ failure }) => failure !== undefined);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const open = about.planned - results.length;
  const failures = failed.slice(0, NAMED).map(({ cell, run, failure }) => `${cell}/${run}: ${failure}`);
  const cells = [
    key(progress),
    about.name,
    about.machine,
    about.commit,
    String(progress.seed),
    about.cells,
    String(results.length - failed.length),
    String(failed.length),
    `${Math.round(seconds)} s`,
    [...failures, ...(open > 0 ? [`interrupted, ${open} open`] : [])].join('; '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

/** By this a row is found again: `2026-03-01 14:05:09`. */
function key({ began }: Progress): string {
  return began.slice(0, 19).replace('T', ' ');
}

/**
 * Puts a row into the text of the record: at its end, or in the place of the one that the same run has written when it
 * was interrupted. A pure function.
 */
export function withRow(text: string, row: string): string {
  const start = row.split(' | ', 2).join(' | ');
  const lines = text.trimEnd().split('\n');
  const index = lines.findIndex((line) => line.startsWith(`${start} |`));
  if (index === -1) lines.push(row);
  else lines[index] = row;
  return `${lines.join('\n')}\n`;
}

/** Writes a drill's row into the record. */
export function writeRow(file: string, progress: Progress, about: Circumstances): void {
  writeFileSync(file, withRow(readFileSync(file, 'utf8'), renderRow(progress, about)));
}
