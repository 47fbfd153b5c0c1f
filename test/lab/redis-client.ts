import type { TestFleet } from './fleet.ts';
import { Probe } from './probe-client.ts';
import type { Wish } from './redis-probe.ts';
import { labStore } from './secrets-traces.ts';

/** Whoever signs in to a Redis of the lab; without a user, nobody. */
export interface Login {
  readonly username?: string;
  readonly password?: string;
}

/** What a write that was acknowledged was, and when, in milliseconds since the epoch. */
export interface Acknowledged {
  readonly number: number;
  readonly at: number;
}

/** The value that the lab's store has for a secret. */
export async function secretOf(fleet: TestFleet, name: string): Promise<string> {
  return (await labStore(fleet.lab)).reveal(name);
}

/** Sends commands to the Redis of a host from the operator's side of the lab; an error is an answer. */
export async function askRedis(
  fleet: TestFleet,
  host: string,
  login: Login,
  commands: readonly (readonly string[])[],
): Promise<unknown[]> {
  const probe = await start(fleet, host, { ...login, commands });
  return (await probe.json()) as unknown[];
}

/** Writes that go on until Redis fails, or until they are stopped. */
export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** What ended it; empty while it goes on. */
  error = '';
  readonly #probe: Probe;
  readonly #ended: Promise<void>;

  private constructor(probe: Probe) {
    this.#probe = probe;
    this.#ended = this.#read();
  }

  static async start(
    fleet: TestFleet,
    host: string,
    login: Login,
    write: NonNullable<Wish['write']>,
  ): Promise<Writer> {
    return new Writer(await start(fleet, host, { ...login, write }));
  }

  /** Resolves when Redis has failed it. */
  ended(): Promise<void> {
    return this.#ended;
  }

  /** Ends it; what was acknowledged and not yet read counts. */
  async stop(): Promise<void> {
    this.#probe.end();
    await this.#ended;
  }

  async #read(): Promise<void> {
    for await (const line of this.#probe.lines()) {
      const [number = '', at = ''] = line.split(' ');
      if (number === 'error') this.error = line;
      else this.acknowledged.push({ number: Number(number), at: Number(at) });
    }
  }
}

function start(fleet: TestFleet, host: string, wish: Omit<Wish, 'host'>): Promise<Probe> {
  return Probe.start(fleet, 'redis-probe.ts', host, (address) => ({ ...wish, host: address }));
}
