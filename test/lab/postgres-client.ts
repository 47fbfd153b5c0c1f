import { parseLogin } from '../../src/lib/manifest/endpoints/login.ts';
import type { TestFleet } from './fleet.ts';
import type { Wish } from './postgres-probe.ts';
import { Probe } from './probe-client.ts';
import { labStore } from './secrets-traces.ts';

/** Whoever signs in to a database of the lab. */
export type Login = Pick<Wish, 'user' | 'password' | 'ca' | 'database'>;

/** The login of a service, as its credential is in the lab's store, with the authority that it believes. */
export async function loginOf(fleet: TestFleet, secret: string, database: string): Promise<Login> {
  const store = await labStore(fleet.lab);
  const { login, password } = parseLogin(await store.reveal(secret));
  const ca = store.authority();
  if (ca === undefined) throw new Error('the lab has no authority');
  return { user: login, password, ca, database };
}

/** Runs statements over PgBouncer, or another port; an error is an answer. */
export async function askPostgres(
  fleet: TestFleet,
  host: string,
  login: Login,
  statements: readonly string[],
  port = 6432,
): Promise<unknown[]> {
  const probe = await start(fleet, host, { ...login, port, statements });
  return (await probe.json()) as unknown[];
}

/** Writes that go on, failures included, until they are stopped. */
export class Writer {
  readonly acknowledged: string[] = [];
  readonly errors: string[] = [];
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
    return new Writer(await start(fleet, host, { ...login, port: 6432, write }));
  }

  /** Ends it; what was acknowledged and not yet read counts. */
  async stop(): Promise<void> {
    this.#probe.end();
    await this.#ended;
  }

  async #read(): Promise<void> {
    for await (const line of this.#probe.lines())
      (line.startsWith('error ') ? this.errors : this.acknowledged).push(line);
  }
}

function start(fleet: TestFleet, host: string, wish: Omit<Wish, 'host'>): Promise<Probe> {
  return Probe.start(fleet, 'postgres-probe.ts', host, (address) => ({ ...wish, host: address }));
}
