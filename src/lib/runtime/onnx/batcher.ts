/** What a {@link Batcher} is made of. */
export interface BatcherOptions<Item, Result> {
  /** The batch sizes that may be run, in any order; 1 is among them. */
  readonly buckets: readonly number[];
  /** Computes one batch: one result an item, in order. Called again only after the last call has settled. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
  readonly release: () => void;
}

/**
 * Gathers single requests into batches without making any of them wait for company: whenever nothing is computed,
 * what is waiting goes at once, oldest first, in the largest batch size that it fills. A request that is aborted
 * while it waits is never computed.
 */
export class Batcher<Item, Result> {
  readonly #sizes: readonly number[];
  readonly #run: BatcherOptions<Item, Result>['run'];
  readonly #waiting = new Set<Waiting<Item, Result>>();
  #running = false;

  constructor(options: BatcherOptions<Item, Result>) {
    if (!options.buckets.includes(1))
      throw new RangeError('without a batch size of 1 a lone item would wait');
    this.#sizes = [...options.buckets].sort((a, b) => b - a);
    this.#run = options.run;
  }

  /** How many items wait for their batch. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Computes one item, in whichever batch it falls.
   *
   * @param signal Takes the item out of the queue when aborted; its reason is thrown.
   */
  submit(item: Item, signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const leave = () => {
        this.#waiting.delete(entry);
        reject(signal.reason as Error);
      };
      const entry: Waiting<Item, Result> = {
        item,
        resolve,
        reject,
        release: () => signal.removeEventListener('abort', leave),
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(entry);
      if (!this.#running) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#running = true;
    while (this.#waiting.size > 0) {
      const batch = this.#take();
      try {
        const results = await this.#run(batch.map((entry) => entry.item));
        for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result);
      } catch (error) {
        for (const entry of batch) entry.reject(error as Error);
      }
    }
    this.#running = false;
  }

  #take(): Waiting<Item, Result>[] {
    const size = this.#sizes.find((bucket) => bucket <= this.#waiting.size) ?? 1;
    const batch: Waiting<Item, Result>[] = [];
    for (const entry of this.#waiting) {
      if (batch.length === size) break;
      this.#waiting.delete(entry);
      entry.release();
      batch.push(entry);
    }
    return batch;
  }
}
