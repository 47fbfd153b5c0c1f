import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { nsenterCommand } from '../../src/lib/lab/enter.ts';
import { readLabState } from '../../src/lib/lab/state.ts';
import { openSecretStore } from '../../src/lib/secrets/open.ts';
import type { TestFleet } from './fleet.ts';
import type { Wish } from './redis-probe.ts';

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
  const context = { name: 'lab', lab: fleet.lab, from: '--context' } as const;
  const store = await openSecretStore({ inventory: { file: '' }, context });
  return store.reveal(name);
}

/** Sends commands to the Redis of a host from the operator's side of the lab; an error is an answer. */
export async function askRedis(
  fleet: TestFleet,
  host: string,
  login: Login,
  commands: readonly (readonly string[])[],
): Promise<unknown[]> {
  const probe = await startProbe(fleet, { host, ...login, commands });
  let text = '';
  for await (const chunk of probe.stdout) text += String(chunk);
  return JSON.parse(text) as unknown[];
}

/** Writes that go on until Redis fails, or until they are stopped. */
export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** What ended it; empty while it goes on. */
  error = '';
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
    return new Writer(await startProbe(fleet, { host, ...login, write }));
  }

  /** Resolves when Redis has failed it. */
  ended(): Promise<void> {
    return this.#ended;
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
      for (const line of lines) {
        const [number = '', at = ''] = line.split(' ');
        if (number === 'error') this.error = line;
        else this.acknowledged.push({ number: Number(number), at: Number(at) });
      }
    }
  }
}

async function startProbe(
  fleet: TestFleet,
  { host, ...request }: Omit<Wish, 'host'> & { host: string },
): Promise<ChildProcessWithoutNullStreams> {
  const lab = await readLabState(fleet.lab);
  const address = lab?.hosts.find(({ name }) => name === host)?.address;
  if (address === undefined) throw new Error(`the lab ${fleet.lab} has no host ${host}`);
  const [file, ...args] = nsenterCommand(fleet.lab, [
    process.execPath,
    path.join(import.meta.dirname, 'redis-probe.ts'),
  ]);
  const probe = spawn(file, args);
  probe.stderr.pipe(process.stderr);
  // On standard input, since everybody can read arguments.
  probe.stdin.end(`${JSON.stringify({ ...request, host: address })}\n`);
  return probe;
}
