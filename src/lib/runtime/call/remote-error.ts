/** Why a call to another service brought nothing. */
export type RemoteFault =
  /** It is asked more often than it allows. */
  | 'rate-limit'
  /** It cannot be reached, or failed: 5xx. */
  | 'unavailable'
  /** It did not answer in the time that there was. */
  | 'timeout'
  /** It answered something that is no answer. */
  | 'garbage'
  /** It does not know our key, or the account is out of credit: 401, 402, 403. */
  | 'denied'
  /** It takes this request for a bad one: any other 4xx. */
  | 'rejected'
  /** Nothing was sent, since it failed too often just now. */
  | 'open';

/** What else is known of a failed call. */
export interface RemoteDetails {
  /** When it may be asked again, in milliseconds, where it said so. */
  readonly retryAfterMs?: number | undefined;
  /** The start of what it answered, where it answered anything. */
  readonly answer?: string;
  readonly cause?: unknown;
}

/** A call to another service that failed. */
export class RemoteError extends Error {
  readonly remote: string;
  readonly fault: RemoteFault;
  readonly retryAfterMs: number | undefined;
  readonly answer: string | undefined;

  constructor(remote: string, fault: RemoteFault, message: string, details: RemoteDetails = {}) {
    super(`${remote}: ${message}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RemoteError';
    this.remote = remote;
    this.fault = fault;
    this.retryAfterMs = details.retryAfterMs;
    this.answer = details.answer;
  }
}
