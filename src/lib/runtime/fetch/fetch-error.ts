/** Why something could not be fetched. */
export type FetchFault =
  /** The URL is not one. */
  | 'BAD_URL'
  /** The URL, or a redirect, leads where this service may not go. */
  | 'URL_NOT_ALLOWED'
  | 'ADDRESS_NOT_ALLOWED'
  /** The origin failed. */
  | 'ORIGIN_UNREACHABLE'
  | 'ORIGIN_STATUS'
  | 'ORIGIN_TIMEOUT'
  | 'ORIGIN_REDIRECTS'
  /** What it answered cannot be taken. */
  | 'WRONG_TYPE'
  | 'TOO_LARGE';

/** A fetch that failed, or was never begun. */
export class FetchError extends Error {
  readonly code: FetchFault;

  constructor(code: FetchFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'FetchError';
    this.code = code;
  }
}
