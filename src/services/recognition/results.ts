import type { Redis } from 'ioredis';
import { recognition, type Recognition } from '../../contracts/recognize.ts';

/** Keys and channels of results; the service's user of the broker may use no others beside its queue's. */
const KEY = 'recognition:result:';
const ASKED = 'recognition:asked:';
const CHANNEL = 'recognition:progress:';

/**
 * Writes a result unless a final one is there: an attempt that was taken for dead, and was not, must not undo what
 * the next one ended. Every change is published.
 *
 * KEYS[1] the result, ARGV[1] its text, ARGV[2] seconds to live, ARGV[3] the channel.
 */
const PUT = `
local there = redis.call('GET', KEYS[1])
if there then
  local state = cjson.decode(there).state
  if state == 'done' or state == 'dead' then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[1])
return 1`;

/** What is known of each request, in Redis: a text that grows until it is final, and then lives for a while. */
export class Results {
  readonly #redis: Redis;
  readonly #subscriber: Redis;
  readonly #seconds: number;
  readonly #listeners = new Map<string, Set<(recognition: Recognition) => void>>();

  /**
   * @param subscriber A connection of its own: one that subscribes can do nothing else.
   * @param seconds How long a result lives.
   */
  constructor(redis: Redis, subscriber: Redis, seconds: number) {
    this.#redis = redis;
    this.#subscriber = subscriber;
    this.#seconds = seconds;
    subscriber.on('message', (channel: string, text: string) => {
      const listeners = this.#listeners.get(channel.slice(CHANNEL.length));
      const parsed = listeners === undefined ? undefined : parse(text);
      if (parsed !== undefined) for (const listener of listeners ?? []) listener(parsed);
    });
  }

  /**
   * Writes what is known of a request, and tells whoever waits for it.
   *
   * @returns Whether it was written: not where a final result is there already.
   */
  async put(result: Recognition): Promise<boolean> {
    const text = JSON.stringify(result);
    const written = await this.#redis.eval(
      PUT,
      1,
      KEY + result.id,
      text,
      String(this.#seconds),
      CHANNEL + result.id,
    );
    return written === 1;
  }

  /** Writes what is known of a new request, unless it has got further already. */
  async open(result: Recognition): Promise<void> {
    await this.#redis.set(KEY + result.id, JSON.stringify(result), 'EX', this.#seconds, 'NX');
  }

  /**
   * Remembers what an id stands for.
   *
   * @param hash Names what is asked.
   * @returns Whether it stands for that, and not for something that was asked before.
   */
  async claim(id: string, hash: string): Promise<boolean> {
    const claimed = await this.#redis.set(ASKED + id, hash, 'EX', this.#seconds, 'NX');
    return claimed !== null || (await this.#redis.get(ASKED + id)) === hash;
  }

  /** What is known of a request; `undefined` where nothing is, or no longer. */
  async get(id: string): Promise<Recognition | undefined> {
    const text = await this.#redis.get(KEY + id);
    return text === null ? undefined : parse(text);
  }

  /**
   * Listens to a request's changes.
   *
   * @returns Ends it.
   */
  async listen(id: string, listener: (recognition: Recognition) => void): Promise<() => void> {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    await this.#subscriber.subscribe(CHANNEL + id);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(id);
      this.#subscriber.unsubscribe(CHANNEL + id).catch(() => undefined);
    };
  }
}

function parse(text: string): Recognition | undefined {
  try {
    return recognition.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
