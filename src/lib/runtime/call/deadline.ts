/** The time that a request had is over. */
export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`there was no answer within ${Math.round(ms)} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * The moment until which a request is worth working on. It travels with the request: every call that is made for it
 * gets what is left, or less.
 */
export class Deadline {
  /** Aborted at the deadline, and when whoever waits has gone. */
  readonly signal: AbortSignal;
  readonly #ends: number;
  readonly #ms: number;
  readonly #clock: AbortSignal;

  private constructor(ms: number, outer: AbortSignal | undefined) {
    this.#ms = Math.max(0, ms);
    this.#ends = performance.now() + this.#ms;
    this.#clock = AbortSignal.timeout(Math.ceil(this.#ms));
    this.signal = outer === undefined ? this.#clock : AbortSignal.any([outer, this.#clock]);
  }

  /**
   * A deadline in so many milliseconds.
   *
   * @param outer Ends it earlier, e.g. when the client hangs up.
   */
  static after(ms: number, outer?: AbortSignal): Deadline {
    return new Deadline(ms, outer);
  }

  /** Milliseconds that are left; 0 once it has passed. */
  get remaining(): number {
    return Math.max(0, this.#ends - performance.now());
  }

  /** Whether the time is over, rather than the work called off from outside. */
  get passed(): boolean {
    return this.#clock.aborted || this.remaining === 0;
  }

  /** A deadline for one part of the work: in so many milliseconds, or with this one, whichever is first. */
  within(ms: number): Deadline {
    return new Deadline(Math.min(ms, this.remaining), this.signal);
  }

  /**
   * Throws why the work is to stop, if it is.
   *
   * @throws DeadlineExceeded, or the reason that it was called off with
   */
  check(): void {
    if (this.passed) throw new DeadlineExceeded(this.#ms);
    this.signal.throwIfAborted();
  }
}
