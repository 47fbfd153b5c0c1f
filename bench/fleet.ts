import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import {
  labDirectory,
  labIdentityFile,
  labKnownHostsFile,
  labSwitchNamespace,
} from '../src/lib/lab/state.ts';
import { editInventory, type InventoryChange } from '../test/lab/editable-inventory.ts';

const root = path.resolve(import.meta.dirname, '..');

/** A command's end. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** What a benchmark's lab is, beside its hosts. */
interface BenchLab {
  /** The services of every host. */
  readonly everywhere?: readonly string[];
  /** Flags of `unde lab up`. */
  readonly flags?: readonly string[];
}

/** A lab of all thirty hosts for a benchmark, with `payload` and `seed` placed on each unless told otherwise. */
export class BenchFleet {
  readonly lab: string;
  readonly directory: string;
  readonly everywhere: readonly string[];
  /** Name and lab address of every host. */
  hosts: readonly { readonly name: string; readonly address: string }[] = [];
  readonly #inventory: string;

  private constructor(lab: string, directory: string, everywhere: readonly string[]) {
    this.lab = lab;
    this.directory = directory;
    this.everywhere = everywhere;
    this.#inventory = path.join(directory, 'inventory.yaml');
  }

  /** Boots all thirty hosts, or some. */
  static async up(
    lab: string,
    hosts: readonly string[] = [],
    { everywhere = ['node-exporter', 'payload', 'seed'], flags = [] }: BenchLab = {},
  ): Promise<BenchFleet> {
    const directory = await mkdtemp(path.join(os.tmpdir(), `unde-bench-`));
    const fleet = new BenchFleet(lab, directory, everywhere);
    await writeFile(path.join(directory, 'payload.bin'), randomBytes(2 << 20));
    await fleet.settings('hello');
    await fleet.ok('lab', 'up', ...(hosts.length > 0 ? [hosts.join(',')] : []), '--name', lab, ...flags);
    const state = JSON.parse(await readFile(path.join(labDirectory(lab), 'lab.json'), 'utf8')) as {
      hosts: { name: string; address: string; role: string }[];
    };
    fleet.hosts = state.hosts.filter(({ role }) => role === 'fleet');
    return fleet;
  }

  /** Writes the inventory; the greeting is a setting that can be changed. */
  async settings(greeting: string): Promise<void> {
    const { everywhere } = this;
    await editInventory(this.#inventory, (inventory) => {
      inventory.everywhere = [...everywhere];
      inventory.services['payload'] = { settings: { greeting }, assets: { payload: 'payload.bin' } };
    });
  }

  /** Changes the inventory as it stands. */
  edit(change: InventoryChange): Promise<void> {
    return editInventory(this.#inventory, change, this.#inventory);
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      UNDE_CONTEXT: `lab:${this.lab}`,
      UNDE_INVENTORY: this.#inventory,
      UNDE_SERVICES: process.env['UNDE_SERVICES'] ?? path.join(root, 'bench/services'),
      NO_COLOR: '1',
    };
  }

  /** Runs the CLI. */
  unde(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return run(path.join(root, 'bin/unde'), args, { ...this.env, ...env });
  }

  /** Runs a command of the CLI that must succeed. */
  async ok(...args: string[]): Promise<Ran> {
    return must(await this.unde(args));
  }

  /** Runs a program inside the lab's namespace, from which only the lab can be reached. */
  inside(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const [file, ...args] = this.enter(command);
    return run(file, args, { ...this.env, ...env });
  }

  /** The command line of {@link inside}. */
  enter(command: readonly string[]): [string, ...string[]] {
    return ['nsenter', `--net=/run/netns/${labSwitchNamespace(this.lab)}`, '--', ...command];
  }

  /** What OpenSSH needs to log in to the lab's hosts. */
  get sshOptions(): string[] {
    return [
      '-Fnone',
      `-i${labIdentityFile(this.lab)}`,
      '-oIdentitiesOnly=yes',
      `-oUserKnownHostsFile=${labKnownHostsFile(this.lab)}`,
      '-oStrictHostKeyChecking=yes',
    ];
  }

  /** The floor: one fresh ssh login a host, all at once, each running two small commands. */
  async sshFloor(): Promise<number> {
    const started = performance.now();
    const logins = await Promise.all(
      this.hosts.map(({ address }) =>
        this.inside(['ssh', ...this.sshOptions, `root@${address}`, 'uptime >/dev/null; uname -n >/dev/null']),
      ),
    );
    for (const login of logins) must(login);
    return (performance.now() - started) / 1000;
  }

  async down(): Promise<void> {
    await this.ok('lab', 'down', '--name', this.lab);
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Runs a program to its end. */
export function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, maxBuffer: 64 << 20 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr, seconds: (performance.now() - started) / 1000 }),
    );
  });
}

/** Ends the benchmark with a command's own words when it failed: a figure of something broken is worth nothing. */
export function must(ran: Ran): Ran {
  if (ran.code === 0) return ran;
  throw new Error(`a command of the benchmark failed (${ran.code}):\n${ran.stdout}\n${ran.stderr}`);
}
