/** The values of the last while, for a percentile that is exact and of now, which a histogram's is not. */
export class RecentValues {
  readonly #windowMs: number;
  readonly #most: number;
  readonly #now: () => number;
  #values: { readonly at: number; readonly value: number }[] = [];

  /**
   * @param most Values kept at most; where there are more, the window is shorter.
   * @param now Milliseconds on a clock that never goes back.
   */
  constructor(windowMs: number, most = 1000, now: () => number = () => performance.now()) {
    this.#windowMs = windowMs;
    this.#most = most;
    this.#now = now;
  }

  add(value: number): void {
    this.#values.push({ at: this.#now(), value });
    if (this.#values.length > this.#most) this.#values = this.#values.slice(-this.#most);
  }

  /**
   * The smallest value that so many percent of the values do not exceed (the nearest-rank percentile); `undefined`
   * where there is no value.
   */
  percentile(percent: number): number | undefined {
    const oldest = this.#now() - this.#windowMs;
    this.#values = this.#values.filter(({ at }) => at >= oldest);
    const sorted = this.#values.map(({ value }) => value).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  }
}
