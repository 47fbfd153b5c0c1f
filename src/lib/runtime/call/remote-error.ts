/** Why a call to another service brought nothing. */
export type RemoteFault =
  /** It is asked more often than it allows. */
  | 'rate-limit'
  /** It cannot be reached, or failed: 5xx, 408. */
  | 'unavailable'
  /** It did not answer in the time that there was. */
  | 'timeout'
  /** It answered something that is no answer. */
  | 'garbage'
  /** It does not know our key, or the account is out of credit: 401, 402, 403. */
  | 'denied'
  /** It takes this request for a bad one: any other 4xx but 408. */
  | 'rejected'
  /** Nothing was sent, since it failed too often just now. */
  | 'open';

/** What else is known of a failed call. */
export interface RemoteDetails {
  /** HTTP status, where it answered at all. */
  readonly status?: number | undefined;
  /** The name that it gives its failure, where it is one of our services: `BAD_IMAGE`, `OVERLOADED`. */
  readonly code?: string | undefined;
  /** When it may be asked again, in milliseconds, where it said so. */
  readonly retryAfterMs?: number | undefined;
  /** The start of what it answered, where it answered anything. */
  readonly answer?: string | undefined;
  readonly cause?: unknown;
}

/** A call to another service that failed. */
export class RemoteError extends Error {
  readonly remote: string;
  readonly fault: RemoteFault;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly answer: string | undefined;

  constructor(remote: string, fault: RemoteFault, message: string, details: RemoteDetails = {}) {
    super(`${remote}: ${message}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RemoteError';
    this.remote = remote;
    this.fault = fault;
    this.status = details.status;
    this.code = details.code;
    this.retryAfterMs = details.retryAfterMs;
    this.answer = details.answer;
  }

  /** Whether the request itself is at fault: the same one would fail again. */
  get permanent(): boolean {
    return this.fault === 'rejected' || this.fault === 'denied';
  }

  /** Whether nobody was there, or nobody who takes requests: a service that starts, or has too much to do. */
  get absent(): boolean {
    return (this.fault === 'unavailable' && this.status === undefined) || this.code === 'OVERLOADED';
  }
}
