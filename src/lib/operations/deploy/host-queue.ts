/**
 * Lets work on one host happen one after the other, in the order in which it was asked for, and work on several hosts
 * side by side. What is queued waits for nothing but its host, so queues cannot wait for each other in a circle.
 */
export class HostQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work as soon as everything that was queued for this host before has ended, however it ended. */
  run<T>(host: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(host) ?? Promise.resolve();
    const result = before.then(work, work);
    this.#last.set(
      host,
      result.catch(() => undefined),
    );
    return result;
  }
}
