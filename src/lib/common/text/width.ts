import measure from 'fast-string-truncated-width';

const ESCAPE = '\u001B';
/** An escape sequence of a terminal's colours, or one character. */
const PIECES = new RegExp(String.raw`${ESCAPE}\[[\d;]*m|[^]`, 'gu');

/** How many columns of a terminal a text takes: a wide character takes two, a combining one and colours none. */
export function displayWidth(text: string): number {
  return measure(text).width;
}

/** Cuts a line to a number of columns, with an ellipsis; what was coloured stays coloured, and the colour ends with it. */
export function cut(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  let room = width - 1;
  let out = '';
  // The package's own index of where to cut is off behind a character that is neither Latin nor wide, as of 3.0.3.
  for (const [piece] of line.matchAll(PIECES)) {
    room -= displayWidth(piece);
    if (room < 0) break;
    out += piece;
  }
  return `${out}…${out.includes(ESCAPE) ? `${ESCAPE}[0m` : ''}`;
}
