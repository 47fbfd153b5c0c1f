import { EXIT, type ExitClass } from './exit.ts';

/** Where something was wrong; every part that is known is printed. */
export interface ErrorPlace {
  readonly host?: string;
  readonly unit?: string;
  /** A file, as `path`, `path:line` or `path:line:column`. */
  readonly file?: string;
}

/** What an {@link UndeError} is made of. */
export interface ErrorParts {
  /** A stable name in SCREAMING_SNAKE_CASE that scripts may match on. */
  readonly code: string;
  /** What happened, in one sentence. */
  readonly message: string;
  readonly exit: ExitClass;
  readonly where?: ErrorPlace;
  /** What to type, or to look at, next. */
  readonly hint?: string;
  /** Further lines that show the cause: a unit's last journal lines, a diff. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/**
 * The one error class of the product: an operator's mistake or a fault of the fleet, told with its place and
 * what to do next. Anything else that is thrown is a fault of ours and ends with exit code 1.
 */
export class UndeError extends Error {
  readonly code: string;
  readonly exit: ExitClass;
  readonly where: ErrorPlace;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(parts: ErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'UndeError';
    this.code = parts.code;
    this.exit = parts.exit;
    this.where = parts.where ?? {};
    this.hint = parts.hint;
    this.details = parts.details ?? [];
  }

  /** The process's exit code for this error. */
  get exitCode(): number {
    return EXIT[this.exit];
  }

  /** The shape that `--json` prints under the key `error`. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      exit: this.exitCode,
      ...(Object.keys(this.where).length > 0 ? { where: this.where } : {}),
      hint: this.hint,
      ...(this.details.length > 0 ? { details: this.details } : {}),
    };
  }
}

/** The message of whatever was thrown, for embedding in an error of our own. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
