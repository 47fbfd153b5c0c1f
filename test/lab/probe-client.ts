import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { nsenterCommand } from '../../src/lib/lab/enter.ts';
import { readLabState } from '../../src/lib/lab/state.ts';
import type { TestFleet } from './fleet.ts';

/** A program beside the tests that runs in the network of a lab, as a client of what is there. */
export class Probe {
  readonly #process: ChildProcessWithoutNullStreams;

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
  }

  /**
   * Starts a probe of this folder.
   *
   * @param request What it reads from standard input, as one line of JSON; told the address of the host that is meant.
   */
  static async start(
    fleet: TestFleet,
    script: string,
    host: string,
    request: (address: string) => object,
  ): Promise<Probe> {
    const state = await readLabState(fleet.lab);
    const address = state?.hosts.find(({ name }) => name === host)?.address;
    if (address === undefined) throw new Error(`the lab ${fleet.lab} has no host ${host}`);
    const [file, ...args] = nsenterCommand(fleet.lab, [
      process.execPath,
      path.join(import.meta.dirname, script),
    ]);
    const probe = spawn(file, args);
    probe.stderr.pipe(process.stderr);
    // On standard input, since everybody can read arguments.
    probe.stdin.end(`${JSON.stringify(request(address))}\n`);
    return new Probe(probe);
  }

  /** Each line that it prints, until it ends. */
  lines(): AsyncIterable<string> {
    return createInterface({ input: this.#process.stdout });
  }

  /** All that it prints, as JSON. */
  async json(): Promise<unknown> {
    let text = '';
    for await (const chunk of this.#process.stdout) text += String(chunk);
    return JSON.parse(text) as unknown;
  }

  /** Tells it to end; what it has printed by then can still be read. */
  end(): void {
    this.#process.kill('SIGTERM');
  }
}
