/** How much was counted lately, a second. */
export class Rate {
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #times: number[] = [];

  /** @param windowMs How far back it looks, in milliseconds. */
  constructor(windowMs: number, now: () => number = () => performance.now()) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  count(): void {
    this.#times.push(this.#now());
  }

  /** Over the window, or since the first count where that is less; 0 where nothing was counted. */
  perSecond(): number {
    const now = this.#now();
    while (this.#times[0] !== undefined && this.#times[0] < now - this.#windowMs) this.#times.shift();
    const [first] = this.#times;
    if (first === undefined || now <= first) return 0;
    return (this.#times.length * 1000) / Math.max(1000, now - first);
  }
}
