import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { FleetStatus } from '../src/lib/operations/status/status.ts';
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
  /** The lab of a smoke run: machines that it lacks are booted, and it outlives the benchmark. */
  readonly shared?: string | undefined;
}

/** Two hosts, one of each site, that stand for all thirty in a smoke run. */
export const SMOKE_HOSTS = ['scraper', 'local-mood'];

/** A lab of all thirty hosts for a benchmark, with `payload` and `seed` placed on each unless told otherwise. */
export class BenchFleet {
  readonly lab: string;
  readonly directory: string;
  readonly #everywhere: readonly string[];
  readonly #selected: readonly string[];
  /** Whether other benchmarks use the lab, too. */
  readonly isShared: boolean;
  /** Name and lab address of every host. */
  hosts: readonly { readonly name: string; readonly address: string }[] = [];
  readonly #inventory: string;

  private constructor(
    lab: string,
    directory: string,
    hosts: readonly string[],
    { everywhere = ['node-exporter', 'payload', 'seed'], shared }: BenchLab,
  ) {
    this.lab = shared ?? lab;
    this.directory = directory;
    this.#selected = hosts;
    this.#everywhere = everywhere;
    this.isShared = shared !== undefined;
    this.#inventory = path.join(directory, 'inventory.yaml');
  }

  /** Boots all thirty hosts, or some. */
  static async up(lab: string, hosts: readonly string[] = [], options: BenchLab = {}): Promise<BenchFleet> {
    const directory = await mkdtemp(path.join(os.tmpdir(), `unde-bench-`));
    const fleet = new BenchFleet(lab, directory, hosts, options);
    await writeFile(path.join(directory, 'payload.bin'), randomBytes(2 << 20));
    await fleet.settings('hello');
    await fleet.boot(options.flags ?? []);
    return fleet;
  }

  /** Boots the machines, with flags of `unde lab up`. */
  async boot(flags: readonly string[]): Promise<void> {
    const hosts = this.#selected.length > 0 ? [this.#selected.join(',')] : [];
    await this.ok('lab', 'up', ...hosts, '--name', this.lab, ...flags);
    const state = JSON.parse(await readFile(path.join(labDirectory(this.lab), 'lab.json'), 'utf8')) as {
      hosts: { name: string; address: string; role: string }[];
    };
    this.hosts = state.hosts.filter(
      ({ name, role }) => role === 'fleet' && (this.#selected.length === 0 || this.#selected.includes(name)),
    );
  }

  /** Writes the inventory; the greeting is a setting that can be changed. */
  async settings(greeting: string): Promise<void> {
    await editInventory(this.#inventory, (inventory, hosts) => {
      // A lab that is shared has hosts of other benchmarks, too.
      inventory.everywhere = this.isShared ? [] : [...this.#everywhere];
      for (const name of this.isShared ? this.#selected : []) {
        const host = hosts[name];
        if (host !== undefined) host.services = [...new Set([...host.services, ...this.#everywhere])];
      }
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

  /** What of some services does not run where it is placed, a line each. */
  async notRunning(services: readonly string[]): Promise<string[]> {
    const answer = await this.unde(['status', '--once', '--timeout', '30', '--json']);
    const status = JSON.parse(answer.stdout) as FleetStatus;
    return status.hosts
      .filter(({ name }) => this.hosts.some((host) => host.name === name))
      .flatMap(({ name, services: placed }) =>
        placed
          .filter((service) => services.includes(service.name) && service.state !== 'running')
          .map((service) => `${service.name} on ${name} is ${service.state}: ${service.reason}`),
      );
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

  /** Takes the lab down, unless others share it. */
  async down(): Promise<void> {
    if (!this.isShared) await this.ok('lab', 'down', '--name', this.lab);
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
