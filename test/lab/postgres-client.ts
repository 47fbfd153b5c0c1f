import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { nsenterCommand } from '../../src/lib/lab/enter.ts';
import { readLabState } from '../../src/lib/lab/state.ts';
import { parseLogin } from '../../src/lib/manifest/endpoints/login.ts';
import { openSecretStore } from '../../src/lib/secrets/open.ts';
import type { TestFleet } from './fleet.ts';
import type { Wish } from './postgres-probe.ts';

/** Whoever signs in to a database of the lab. */
export type Login = Pick<Wish, 'user' | 'password' | 'ca' | 'database'>;

async function storeOf(fleet: TestFleet) {
  const context = { name: 'lab', lab: fleet.lab, from: '--context' } as const;
  return openSecretStore({ inventory: { file: '' }, context });
}

/** The login of a service, as its credential is in the lab's store, with the authority that it believes. */
export async function loginOf(fleet: TestFleet, secret: string, database: string): Promise<Login> {
  const store = await storeOf(fleet);
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
  const probe = await startProbe(fleet, host, { ...login, port, statements });
  let text = '';
  for await (const chunk of probe.stdout) text += String(chunk);
  return JSON.parse(text) as unknown[];
}

/** Writes that go on, failures included, until they are stopped. */
export class Writer {
  readonly acknowledged: string[] = [];
  readonly errors: string[] = [];
  readonly #probe: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<void>;

  private constructor(probe: ChildProcessWithoutNullStreams) {
    this.#probe = probe;
    this.#ended = this.#read();
  }

  static async start(
    fleet: TestFleet,
    host: string,
    login: Login,
    write: NonNullable<Wish['write']>,
  ): Promise<Writer> {
    return new Writer(await startProbe(fleet, host, { ...login, port: 6432, write }));
  }

  /** Ends it; what was acknowledged and not yet read counts. */
  async stop(): Promise<void> {
    this.#probe.kill('SIGTERM');
    await this.#ended;
  }

  async #read(): Promise<void> {
    let rest = '';
    for await (const chunk of this.#probe.stdout) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) (line.startsWith('error ') ? this.errors : this.acknowledged).push(line);
    }
  }
}

async function startProbe(
  fleet: TestFleet,
  host: string,
  request: Omit<Wish, 'host'>,
): Promise<ChildProcessWithoutNullStreams> {
  const lab = await readLabState(fleet.lab);
  const address = lab?.hosts.find(({ name }) => name === host)?.address;
  if (address === undefined) throw new Error(`the lab ${fleet.lab} has no host ${host}`);
  const [file, ...args] = nsenterCommand(fleet.lab, [
    process.execPath,
    path.join(import.meta.dirname, 'postgres-probe.ts'),
  ]);
  const probe = spawn(file, args);
  probe.stderr.pipe(process.stderr);
  // On standard input, since everybody can read arguments.
  probe.stdin.end(`${JSON.stringify({ ...request, host: address })}\n`);
  return probe;
}
