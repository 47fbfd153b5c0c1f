import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import { editInventory, type InventoryChange } from './editable-inventory.ts';
import { countLab } from './run/lab-usage.ts';
import { existsSync, readFileSync } from 'node:fs';

const root = path.resolve(import.meta.dirname, '../..');
const FIXTURES = 'test/fixtures/services';

/** What a command of the CLI answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON; throws where it is none. */
  readonly json: () => unknown;
}

/** A command of the CLI that runs. */
export interface Running {
  /** What it has printed on standard error so far. */
  readonly stderr: () => string;
  /** Ends it with SIGKILL: it gets no chance to tidy up. */
  readonly kill: () => void;
  /** What Ctrl-C does. */
  readonly interrupt: () => void;
  readonly answer: Promise<Answer>;
}

/** How a release of `hello` differs from the one in the fixtures. */
export interface ReleaseVariant {
  /** What `fault` is, whatever the settings say. */
  readonly fault?: 'exit' | 'never-ready' | 'die-after-ready';
  readonly dieAfterMs?: number;
  /** Short by default: a gate that stands still costs its time in each batch of each deploy. */
  readonly stableSeconds?: number;
  /** Long by default: machines that share two cores start slowly. */
  readonly startSeconds?: number;
}

/** A lab of a test's own, with an inventory that places the hand-sized service `hello`. */
export class TestFleet {
  readonly lab: string;
  readonly hosts: readonly string[];
  readonly directory: string;
  /** The folder of services beside those of the product; a release of the test's own goes before it. */
  readonly services: string;
  readonly #inventory: string;

  private constructor(lab: string, hosts: readonly string[], directory: string, services: string) {
    this.lab = lab;
    this.hosts = hosts;
    this.directory = directory;
    this.services = path.join(root, services);
    this.#inventory = path.join(directory, 'inventory.yaml');
  }

  /** Boots the hosts; `hello` is placed on each, unless the services are from another folder. */
  static async up(
    lab: string,
    hosts: readonly string[],
    flags: readonly string[] = [],
    services = FIXTURES,
  ): Promise<TestFleet> {
    const directory = await mkdtemp(path.join(os.tmpdir(), `unde-${lab}-`));
    const fleet = new TestFleet(lab, hosts, directory, services);
    if (services === FIXTURES) await fleet.settings({});
    else await editInventory(fleet.#inventory, () => undefined);
    await fleet.ok('lab', 'up', hosts.join(','), '--name', lab, ...flags);
    return fleet;
  }

  /** Writes the inventory anew, with these settings of `hello`; what was edited before is gone. */
  settings(
    settings: Readonly<Record<string, string | number>>,
    perHost: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {},
  ): Promise<void> {
    return editInventory(this.#inventory, (inventory, hosts) => {
      inventory.services['hello'] = { settings };
      for (const [name, host] of Object.entries(hosts)) {
        if (this.hosts.includes(name)) host.services = [...host.services, 'hello'];
        if (perHost[name] !== undefined) host.settings = { hello: perHost[name] };
      }
    });
  }

  /** Changes the inventory as it stands. */
  edit(change: InventoryChange): Promise<void> {
    return editInventory(this.#inventory, change, this.#inventory);
  }

  /** Places a service on hosts, beside what is there. */
  place(service: string, names: readonly string[]): Promise<void> {
    return this.edit((_, hosts) => {
      for (const name of names) {
        const host = hosts[name];
        if (host === undefined) throw new Error(`the inventory has no host ${name}`);
        host.services = [...new Set([...host.services, service])];
      }
    });
  }

  /** Makes the code of `hello` another release: `/greeting` names it by its mark. */
  async release(mark: string, variant: ReleaseVariant = {}): Promise<void> {
    const folder = path.join(this.directory, 'services/hello');
    await mkdir(folder, { recursive: true });
    for (const name of ['main.ts', 'manifest.ts']) {
      const text = readFileSync(path.join(root, 'test/fixtures/services/hello', name), 'utf8')
        .replaceAll('../../../../src/', `${root}/src/`)
        .replace('({ greeting })', `({ greeting, mark: '${mark}' })`)
        .replace(/startSeconds: \d+/, `startSeconds: ${variant.startSeconds ?? 25}`)
        .replace(/stableSeconds: \d+/, `stableSeconds: ${variant.stableSeconds ?? 1}`)
        .replace(
          'dieAfterMs + 500',
          variant.dieAfterMs === undefined ? 'dieAfterMs + 500' : `${variant.dieAfterMs}`,
        )
        .replaceAll(
          'fault ===',
          variant.fault === undefined ? 'fault ===' : `('${variant.fault}' as string) ===`,
        );
      await writeFile(path.join(folder, name), text);
    }
  }

  /** The environment in which the CLI sees this fleet. */
  get env(): NodeJS.ProcessEnv {
    const own = path.join(this.directory, 'services');
    return {
      ...process.env,
      UNDE_CONTEXT: `lab:${this.lab}`,
      UNDE_INVENTORY: this.#inventory,
      UNDE_SERVICES: existsSync(own) ? own : this.services,
      UNDE_OPERATOR: 'tester@bench',
      UNDE_ONLY_LAB: '1',
      NO_COLOR: '1',
    };
  }

  /** Runs a command of the CLI to its end; a non-zero exit code is an answer. */
  unde(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> {
    return new Promise((resolve) => {
      const child = execFile(
        path.join(root, 'bin/unde'),
        args,
        { env: { ...this.env, ...env }, maxBuffer: 64 << 20 },
        (_error, stdout, stderr) => resolve(answerOf(child.exitCode ?? -1, stdout, stderr)),
      );
    });
  }

  /** Runs a command of the CLI that must succeed. */
  ok(...args: string[]): Promise<Answer> {
    return this.exits(0, ...args);
  }

  /** Runs a command of the CLI that must end with an exit code. */
  async exits(code: number, ...args: string[]): Promise<Answer> {
    const answer = await this.unde(args);
    if (answer.code === code) return answer;
    throw new Error(
      `unde ${args.join(' ')} ended with ${answer.code}, not ${code}:\n${answer.stdout}\n${answer.stderr}`,
    );
  }

  /** The body of what a port of a host answers to a GET, asked on the host itself; empty where nothing answers. */
  async get(host: string, port: number, route: string): Promise<string> {
    const said = await this.console(
      host,
      `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET ${route} HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`,
    );
    const body = /\r?\n\r?\n/.exec(said);
    return body === null ? '' : said.slice(body.index + body[0].length);
  }

  /** Starts a command of the CLI, to be killed, or awaited. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
    // Neither the launcher nor entering the lab changes the process id.
    const child = spawn(path.join(root, 'bin/unde'), args, { env: { ...this.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const answer = new Promise<Answer>((resolve) => {
      child.on('close', (code) => resolve(answerOf(code ?? -1, stdout, stderr)));
    });
    return {
      stderr: () => stderr,
      kill: () => child.kill('SIGKILL'),
      interrupt: () => child.kill('SIGINT'),
      answer,
    };
  }

  /** Runs a bash command inside a machine without its network; answers its output. */
  console(host: string, command: string): Promise<string> {
    return new Promise((resolve) => {
      const pid = initOf(this.lab, host);
      if (pid === undefined) return resolve('');
      const enter = ['-t', pid, '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--'];
      execFile(
        'nsenter',
        [...enter, 'bash', '-c', command],
        { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' } },
        (_error, stdout) => resolve(stdout.trim()),
      );
    });
  }

  /** Runs a bash command on a host, and answers its output. */
  async on(host: string, command: string): Promise<string> {
    const answer = await this.unde(['exec', `host:${host}`, '--', command]);
    return answer.stdout.trim();
  }

  /** What `hello` says on a host; empty where nothing answers. */
  async greeting(host: string): Promise<string> {
    const body = await this.get(host, 8099, '/greeting');
    return /"greeting":"([^"]*)"/.exec(body)?.[1] ?? '';
  }

  /** Takes the lab down. */
  async down(): Promise<void> {
    await countLab(this.lab);
    const answer = await this.unde(['lab', 'down', '--name', this.lab]);
    await rm(this.directory, { recursive: true, force: true });
    if (answer.code !== 0) throw new Error(`the lab did not go down:\n${answer.stdout}\n${answer.stderr}`);
  }
}

/** What a command answered; JSON that it does not have is told with what it said instead. */
function answerOf(code: number, stdout: string, stderr: string): Answer {
  const json = () => {
    try {
      return JSON.parse(stdout) as unknown;
    } catch (cause) {
      throw new Error(`no JSON, exit code ${code}:\n${stdout}\n${stderr}`, { cause });
    }
  };
  return { code, stdout, stderr, json };
}

/** The process id, as seen from here, of a machine's own process 1; `undefined` while it boots. */
export function initOf(lab: string, host: string): string | undefined {
  const [supervisor = ''] = readFileSync(machineFiles(lab, host).pid, 'utf8').split(' ');
  let generation = [supervisor];
  for (let depth = 0; depth < 4; depth++) {
    generation = generation.flatMap(childrenOf);
    const init = generation.find((pid) => /^NSpid:\s.*\t1$/m.test(textOf(`/proc/${pid}/status`)));
    if (init !== undefined) return init;
  }
  return undefined;
}

function childrenOf(pid: string): string[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
}

/** A file's text; empty where the process that it tells of has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Waits until a condition holds, or fails with what was seen last. */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  seconds = 60,
  everyMs = 200,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(`${what} did not come about in ${seconds} s; last seen: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
