import { setTimeout as sleep } from 'node:timers/promises';

/** What a {@link TokenBucket} lets through. */
export interface TokenBucketOptions {
  /** How many a second, over time. */
  readonly perSecond: number;
  /** How many at once after a pause. */
  readonly burst: number;
  /** Milliseconds of a clock that never goes back; tests give their own. */
  readonly now?: () => number;
}

/** No token came free in the time that there was. */
export class OutOfTokens extends Error {
  /** When the next one comes free, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`the rate limit is used up for ${Math.ceil(retryAfterMs)} ms`);
    this.name = 'OutOfTokens';
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Holds calls to somebody else's rate limit. Whoever would have to wait longer than he can is told so at once, and
 * takes no token; the others get theirs in the order in which they came.
 */
export class TokenBucket {
  readonly #interval: number;
  readonly #slack: number;
  readonly #now: () => number;
  /** When the next call would be due if calls came evenly; a burst may be ahead of it by the slack. */
  #due = -Infinity;
  #closedUntil = -Infinity;

  constructor({ perSecond, burst, now = () => performance.now() }: TokenBucketOptions) {
    this.#interval = 1000 / perSecond;
    this.#slack = this.#interval * (burst - 1);
    this.#now = now;
  }

  /** How long a call that came now would wait, in milliseconds. */
  get wait(): number {
    return Math.max(0, Math.max(this.#due - this.#slack, this.#closedUntil) - this.#now());
  }

  /**
   * Waits for a token.
   *
   * @param mostMs How long the caller can wait, in milliseconds.
   * @param signal Ends the wait; its reason is thrown, and the token is lost.
   * @throws OutOfTokens
   */
  async take(mostMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { wait } = this;
    if (wait > mostMs) throw new OutOfTokens(wait);
    this.#due = Math.max(this.#due, this.#now() + wait) + this.#interval;
    if (wait > 0) {
      await sleep(wait, undefined, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw cause;
      });
    }
  }

  /** Lets nobody through for so many milliseconds: the other side said so. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#now() + ms);
  }
}
