/**
 * What one shows to a visitor: a file `scripts/tours/NAME.ts` exports one as `tour`; `make tour NAME=…` gives it. At
 * most five minutes from a prepared lab. It leaves the lab up.
 */
export interface Tour {
  /** The file's name. */
  readonly name: string;
  /** What the visitor will have seen, in one line. */
  readonly title: string;
  /** The environment of the visitor's commands; shown before the first, so that he can go on himself. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Brings the lab to where the tour begins, from nothing or from what an earlier tour has left; its time does not
   * count.
   */
  readonly prepare: (guide: Guide) => Promise<void>;
  readonly steps: readonly Step[];
  /** What to try next: a command each, with what it does behind two spaces or more. */
  readonly next: readonly string[];
}

/** One thing that is shown. */
export interface Step {
  /** What it is about, in one or two lines. */
  readonly says: string;
  /** Edits files before the command, as the visitor would in an editor; `says` tells it. */
  readonly edit?: () => Promise<void>;
  /** The command as one types it; `unde` is the one of this tree. */
  readonly types: string;
  /** The exit code that it must have; 0 unless this says otherwise. */
  readonly ends?: number;
  /** What its output must show, or the tour lies, and fails. */
  readonly shows?: readonly RegExp[];
}

/** Runs the commands of a tour. */
export interface Guide {
  /**
   * Types a command, shows its output as it comes, and answers it.
   *
   * @throws TourError where it did not do what the tour says.
   */
  readonly type: (command: string, expected?: Pick<Step, 'ends' | 'shows'>) => Promise<string>;
}

/** A tour that says what is not so. */
export class TourError extends Error {
  override readonly name = 'TourError';
}
