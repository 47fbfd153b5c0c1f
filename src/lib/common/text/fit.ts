import chalk from 'chalk';
import { displayWidth } from './table.ts';

const ESCAPE = '\u001B';
/** An escape sequence of a terminal's colours, or one character. */
const PIECES = new RegExp(String.raw`${ESCAPE}\[[\d;]*m|[^]`, 'gu');

/** Cuts a line to a width; what was coloured stays coloured, and the colour ends with the line. */
export function cut(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  let room = width - 1;
  let out = '';
  let coloured = false;
  for (const [piece] of line.matchAll(PIECES)) {
    if (piece.length > 1 && piece.startsWith(ESCAPE)) {
      out += piece;
      coloured = true;
    } else if (room-- > 0) out += piece;
    else break;
  }
  return `${out}…${coloured ? `${ESCAPE}[0m` : ''}`;
}

/** Breaks a text into lines between words. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Bytes as `1.5G`, `240M`, `12K`. */
export function size(bytes: number): string {
  const units: readonly (readonly [number, string])[] = [
    [2 ** 30, 'G'],
    [2 ** 20, 'M'],
    [2 ** 10, 'K'],
  ];
  const [unit, name] = units.find(([least]) => bytes >= least) ?? [1, 'B'];
  const value = bytes / unit;
  return `${value < 10 && unit > 1 ? value.toFixed(1) : Math.round(value)}${name}`;
}

/**
 * The part of a drawing that a terminal shows: the first line stays, the rest scrolls.
 *
 * @param offset How far it is scrolled; too far is as far as there is something.
 * @returns At most `height` lines, and how far it really is scrolled.
 */
export function viewport(
  lines: readonly string[],
  height: number,
  offset: number,
): { lines: string[]; offset: number } {
  if (lines.length <= height || height < 3) return { lines: lines.slice(0, height), offset: 0 };
  const [first = '', ...rest] = lines;
  const room = height - 2;
  const at = Math.max(0, Math.min(offset, rest.length - room));
  const below = rest.length - room - at;
  const foot = [at > 0 ? `↑ ${at} more` : '', below > 0 ? `↓ ${below} more` : ''].filter(
    (part) => part !== '',
  );
  return { lines: [first, ...rest.slice(at, at + room), chalk.dim(foot.join('   '))], offset: at };
}
