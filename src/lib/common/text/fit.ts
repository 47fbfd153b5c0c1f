import chalk from 'chalk';
import { displayWidth } from './width.ts';

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
