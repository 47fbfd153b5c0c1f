import chalk from 'chalk';
import type { Progress } from './progress.ts';

/** A line an event, with the seconds since the beginning: what logs, CI and a second look want. */
export class LineProgress implements Progress {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #started: number;

  constructor(write: (line: string) => void, now: () => number = Date.now) {
    this.#write = write;
    this.#now = now;
    this.#started = now();
  }

  begin(): void {
    // Each item names itself when something happens to it.
  }

  report(item: string, text: string, part?: string): void {
    const seconds = ((this.#now() - this.#started) / 1000).toFixed(1).padStart(6);
    const where = part === undefined ? '' : `  ${part}: `;
    this.#write(`${chalk.dim(`${seconds} s`)}  ${item}  ${where}${text}\n`);
  }

  end(item: string, ok: boolean, text: string): void {
    this.report(item, ok ? text : chalk.red(text));
  }

  async close(): Promise<void> {
    // Every line is out already.
  }
}
