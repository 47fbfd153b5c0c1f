/** What a {@link Screen} needs of a terminal. */
export interface TerminalOutput {
  write(text: string): unknown;
}

const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l\u001B[2J';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';
/** A terminal that knows these shows a repaint at once, never half of it; others pass over them. */
const BEGIN = '\u001B[?2026h';
const END = '\u001B[?2026l';

/**
 * The terminal's other screen, repainted line by line: only lines that changed are written, so that nothing flickers
 * and a slow link carries little. {@link Screen.leave} gives the terminal back as it was.
 */
export class Screen {
  readonly #out: TerminalOutput;
  #shown: readonly string[] = [];
  #entered = false;

  constructor(out: TerminalOutput) {
    this.#out = out;
  }

  enter(): void {
    this.#entered = true;
    this.#shown = [];
    this.#out.write(ENTER);
  }

  /** Shows these lines; they must fit the terminal. */
  paint(lines: readonly string[]): void {
    if (!this.#entered) return;
    const changes: string[] = [];
    for (let row = 0; row < Math.max(lines.length, this.#shown.length); row++) {
      const line = lines[row] ?? '';
      if (line !== this.#shown[row]) changes.push(`\u001B[${row + 1};1H${line}\u001B[0m\u001B[K`);
    }
    this.#shown = lines.slice();
    if (changes.length > 0) this.#out.write(`${BEGIN}${changes.join('')}${END}`);
  }

  /** Forgets what is shown: a terminal that was resized shows something else. */
  clear(): void {
    if (!this.#entered) return;
    this.#shown = [];
    this.#out.write('\u001B[2J');
  }

  /** Gives the terminal back; more than once does no harm. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#out.write(LEAVE);
  }
}
