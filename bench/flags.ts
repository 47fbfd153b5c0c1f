import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newFlagVersion } from '../src/lib/manifest/flags/version.ts';
import { percentile, type Bench, type Extent, type Measurement } from './bench.ts';
import { BenchFleet, must } from './fleet.ts';

/** All of them beyond the WAN, as seen from where the commands run. */
const HOSTS = ['local-app', 'local-mood', 'local-persona', 'local-context'];
const CHANGES = Number(process.env['UNDE_BENCH_RUNS'] ?? 200);
const RENAMES = 1000;
/** In a smoke run: hosts, changes and renames. */
const SMOKE = { hosts: ['local-mood'], changes: 1, renames: 3 };

/** A change of flags over a WAN, and in a process. */
export const bench: Bench = {
  name: 'flags',
  what: 'unde flags set on 4 hosts over a 120 ms WAN, against one ssh login there; a renamed file, in a process',
  run: async (extent) => [await inProcess(extent), ...(await overWan(extent))],
};

/** From the command's start to the last process that confirmed. */
async function overWan({ smoke, lab }: Extent): Promise<Measurement[]> {
  const changes = smoke ? SMOKE.changes : CHANGES;
  const fleet = await BenchFleet.up('bflags', smoke ? SMOKE.hosts : HOSTS, {
    everywhere: ['beacon'],
    flags: smoke ? [] : ['--wan-delay', '120ms'],
    shared: lab,
  });
  try {
    await fleet.ok('deploy', 'beacon', '--batch', '4');
    const [host] = fleet.hosts;
    const confirmed: number[] = [];
    const ended: number[] = [];
    const logins: number[] = [];
    for (let turn = 1; turn <= changes; turn++) {
      const login = ['ssh', ...fleet.sshOptions, `root@${host?.address}`, 'true'];
      logins.push(must(await fleet.inside(login)).seconds);
      const change = await setFlag(fleet, turn);
      confirmed.push(change.confirmed);
      ended.push(change.ended);
    }
    const value = percentile(confirmed, 95);
    const reference = percentile(logins, 95);
    const ratio = value / reference;
    const text = (seconds: number) => `${seconds.toFixed(2)} s`;
    return [
      {
        name: 'flags, set',
        value,
        unit: 's',
        reference,
        ratio,
        aim: 'p95 ratio <= 1.5',
        holds: ratio <= 1.5,
        note: `${changes} changes on ${fleet.hosts.length} hosts and as many logins, in turn; medians ${text(percentile(confirmed, 50))} and ${text(percentile(logins, 50))}, the command's end at ${text(percentile(ended, 50))}`,
      },
    ];
  } finally {
    await fleet.down();
  }
}

/** One change; seconds until all hosts had confirmed, and until the command ended. */
async function setFlag(fleet: BenchFleet, turn: number): Promise<{ confirmed: number; ended: number }> {
  const unde = path.resolve(import.meta.dirname, '../bin/unde');
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  // Like ssh, from behind the lab's door; and with a cache that nobody else's commands empty.
  const [enter, ...rest] = fleet.enter([unde, 'flags', 'set', `TURN=${turn}`, '-m', 'benchmark']);
  const env = { ...fleet.env, XDG_CACHE_HOME: path.join(fleet.directory, 'cache') };
  const child = spawn(enter, rest, { env });
  let said = '';
  let confirmed = 0;
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    if (confirmed === 0 && (said.match(/runs it after/g)?.length ?? 0) === fleet.hosts.length)
      confirmed = seconds();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0 || confirmed === 0) throw new Error(`change ${turn} failed (${code}):\n${said}`);
  return { confirmed, ended: seconds() };
}

/** From a renamed file to a process that runs it. */
async function inProcess({ smoke }: Extent): Promise<Measurement> {
  const renames = smoke ? SMOKE.renames : RENAMES;
  const root = await mkdtemp(path.join(os.tmpdir(), 'unde-bench-flags-'));
  await mkdir(path.join(root, 'flags'));
  const child = fork(path.join(import.meta.dirname, 'flags/follower.ts'), [path.join(root, 'flags'), root]);
  try {
    const arrivals = new Map<string, bigint>();
    let ready = false;
    child.on('message', ({ version, at }: { version: string; at: string }) => {
      ready ||= version === 'ready';
      arrivals.set(version, BigInt(at));
    });
    await until(() => ready);
    const took: number[] = [];
    let version = '';
    for (let turn = 1; turn <= renames; turn++) {
      version = newFlagVersion([version]);
      const making = path.join(root, 'flags/.beacon.new');
      await writeFile(making, JSON.stringify({ version, values: { TURN: String(turn) } }));
      const started = process.hrtime.bigint();
      await rename(making, path.join(root, 'flags/beacon.json'));
      await until(() => arrivals.has(version));
      took.push(Number((arrivals.get(version) ?? 0n) - started) / 1e6);
      // Changes do not come at a beat.
      await sleep(Math.random() * 20);
    }
    const value = percentile(took, 99);
    return {
      name: 'flags, in a process',
      value,
      unit: 'ms',
      reference: undefined,
      ratio: undefined,
      aim: 'p99 <= 100 ms',
      holds: value <= 100,
      note: `${renames} renames; median ${percentile(took, 50).toFixed(1)} ms, most ${Math.max(...took).toFixed(1)} ms`,
    };
  } finally {
    child.kill();
    await rm(root, { recursive: true });
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('the process did not follow within 30 s');
    await sleep(1);
  }
}
