/** An error that a service's client gets as `{error: {code, message}}`. */
export class HttpError extends Error {
  readonly status: number;
  /** A stable name in SCREAMING_SNAKE_CASE that clients may match on. */
  readonly code: string;
  /** For `Retry-After`, where the same request may succeed later. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
