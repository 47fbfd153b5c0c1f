import { LineProgress } from './lines.ts';

/**
 * What a command shows of its work while it runs: a list of items, such as services or hosts, each with what it is
 * doing. On standard error, so that output can be piped.
 */
export interface Progress {
  /** Names the items, in the order in which they are shown; others may not follow. */
  begin(items: readonly string[]): void;
  /**
   * Tells what an item is doing.
   *
   * @param part A part of the item, such as a host of a service, whose last word stays visible beside those of others.
   */
  report(item: string, text: string, part?: string): void;
  /** Tells how an item ended. */
  end(item: string, ok: boolean, text: string): void;
  /** Leaves the last picture as it is. What was never ended stays as unfinished. */
  close(): Promise<void>;
}

/** How a command wants its progress shown. */
export interface ProgressOptions {
  /** Nothing at all, as with `--json`. */
  readonly quiet: boolean;
  /** Ctrl-C; unfinished items say so. */
  readonly signal?: AbortSignal;
}

const NOTHING: Progress = {
  begin: () => undefined,
  report: () => undefined,
  end: () => undefined,
  close: async () => undefined,
};

/** A live tree at a terminal that can redraw lines, plain lines elsewhere, nothing where `quiet`. */
export async function openProgress(options: ProgressOptions): Promise<Progress> {
  if (options.quiet) return NOTHING;
  return (await openTree(options)) ?? new LineProgress((line) => process.stderr.write(line));
}

/**
 * A live tree, for a command that has lines of its own for everywhere else. The tree's library is loaded only here, so
 * that no other command pays for it.
 *
 * @returns `undefined` where nothing can be redrawn, and where `quiet`.
 */
export async function openTree({ quiet, signal }: ProgressOptions): Promise<Progress | undefined> {
  if (quiet || !canRedraw()) return undefined;
  const { TreeProgress } = await import('./tree.ts');
  return new TreeProgress(process.stderr, signal);
}

/** Narrower than this, a line that is redrawn would be cut to nothing. */
const LEAST_COLUMNS = 40;

/** Where standard output goes elsewhere, what is kept there had better be found beside it in plain lines, too. */
function canRedraw(): boolean {
  const { stderr, stdout, env } = process;
  return (
    stderr.isTTY &&
    stdout.isTTY &&
    env['TERM'] !== 'dumb' &&
    env['CI'] === undefined &&
    (stderr.columns ?? 0) >= LEAST_COLUMNS
  );
}
