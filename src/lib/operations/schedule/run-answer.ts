import { parseRun, type JobRun } from './job-run.ts';

/** What became of a start by hand. */
export type StartedJob =
  /** It runs, or it is still in systemd's queue. */
  | { readonly state: 'started' | 'queued' }
  /** It ran already; nothing was started. */
  | { readonly state: 'running'; readonly since: number; readonly by: string }
  /** It was waited for; `null` where its host did not write down how it ended. */
  | { readonly state: 'ended'; readonly run: JobRun | null };

/** Reads the lines that `runScript` answers by, as they come. */
export class RunAnswer {
  absent = false;
  result: StartedJob | undefined;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next line. */
  take(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    switch (word) {
      case '|':
        this.#onLine(text);
        break;
      case 'absent':
        this.absent = true;
        break;
      case 'started':
      case 'queued':
        this.result = { state: word };
        break;
      case 'running':
        this.result = { state: word, since: Number(rest[0]) || 0, by: rest[1] ?? '' };
        break;
      case 'ended':
        this.result = { state: word, run: parseRun(text) ?? null };
        break;
      default:
    }
  }
}
