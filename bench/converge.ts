import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { Rollout } from '../src/lib/operations/deploy/rollout.ts';
import type { ServiceEntry } from '../src/lib/operations/inventory/service-listing.ts';
import { manifestOf } from '../src/registry.ts';
import { median, type Bench, type Extent, type Measurement } from './bench.ts';
import { longestChain } from './converge/chain.ts';
import { ProcessorClock } from './converge/processor-clock.ts';
import { BenchFleet, must, SMOKE_HOSTS } from './fleet.ts';

const RUNS = 5;
const DATABASES = ['production', 'staging'];
/** Not in Debian: a lab leaves it out, and says so. */
const LEFT_OUT = ['grafana'];
/** What a smoke run deploys. */
const SMOKE_SERVICES = ['base', 'node-exporter'];
const AIM = 1.3;
const NOOP_AIM = 1.2;

/** What bringing the fleet up took. */
interface Convergence {
  /** By stage, in seconds. */
  readonly stages: Readonly<Record<string, number>>;
  /** What the machines and the commands took of the processors, in seconds. */
  readonly processor: number;
  /** The longest chain by `after` of each stage, added up, in seconds. */
  readonly chain: number;
}

/**
 * The whole fleet from what a provider delivers to a running platform, in the order of docs/deployment.md: machines with
 * nothing but systemd and sshd, packages from the lab's mirror, every third party's service that is built, wherever
 * the inventory places it. Once side by side, as it is shipped, and on new machines once more with `--serial`; afterwards
 * the first again, with nothing to change.
 *
 * The floor of the first is the greater of two: the processor seconds that it took, if all processors had worked all the
 * time, and the longest chain by `after`, each service as long as it takes on its own, as the second tells.
 */
export const bench: Bench = {
  name: 'converge',
  what: 'all platform services on all 30 hosts from bare machines, side by side and in turn; the no-op against ssh logins',
  async run(extent) {
    const fleet = await fresh(extent);
    let beside: Convergence;
    let nothing: Measurement;
    let platform: readonly string[];
    try {
      platform = await platformServices(fleet, extent);
      beside = await converge(fleet, platform, []);
      const ill = await fleet.notRunning(platform.filter((name) => !LEFT_OUT.includes(name)));
      // A figure of a fleet that does not run is worth nothing.
      if (ill.length > 0) throw new Error(`the platform does not run:\n${ill.join('\n')}`);
      nothing = await noop(fleet, platform, extent.smoke ? 1 : RUNS);
    } finally {
      await fleet.down();
    }
    const again = await fresh(extent);
    try {
      const serial = await converge(again, platform, ['--serial']);
      return [...compared(beside, serial, platform.length, again.hosts.length), nothing];
    } finally {
      await again.down();
    }
  },
};

/** The fleet as a provider delivers it; in a smoke run two hosts of the shared lab. */
function fresh({ smoke, lab }: Extent): Promise<BenchFleet> {
  const inventory = parse(readFileSync(path.resolve(import.meta.dirname, '../inventory.yaml'), 'utf8')) as {
    everywhere: string[];
  };
  return BenchFleet.up('bconverge', smoke ? SMOKE_HOSTS : [], {
    everywhere: smoke ? SMOKE_SERVICES : inventory.everywhere,
    flags: smoke ? [] : ['--bare'],
    shared: lab,
  });
}

/** Third parties' services that are built and placed, by name. */
async function platformServices(fleet: BenchFleet, { smoke }: Extent): Promise<string[]> {
  const { services } = JSON.parse(must(await fleet.unde(['services', '--json'])).stdout) as {
    services: ServiceEntry[];
  };
  return services
    .filter(({ kind, hosts }) => kind === 'platform' && hosts.length > 0)
    .map(({ name }) => name)
    .filter((name) => !smoke || SMOKE_SERVICES.includes(name));
}

/** Deploys it all, stage by stage. */
async function converge(
  fleet: BenchFleet,
  platform: readonly string[],
  flags: readonly string[],
): Promise<Convergence> {
  const clock = await ProcessorClock.start(fleet.lab);
  const after = new Map<string, readonly string[]>();
  for (const name of platform) after.set(name, (await manifestOf(name)).after ?? []);
  const stages: Record<string, number> = {};
  let chain = 0;
  const say = (name: string, seconds: number) => {
    stages[name] = seconds;
    process.stderr.write(
      `converge ${flags.join(' ')}: ${name} ${seconds.toFixed(0)} s, load ${os.loadavg()[0]?.toFixed(1)}\n`,
    );
  };
  const deploy = async (stage: string, services: readonly string[]) => {
    const ran = must(await fleet.unde(['deploy', services.join(','), '--no-diff', '--json', ...flags]));
    const { rollouts } = JSON.parse(ran.stdout) as { rollouts: Rollout[] };
    chain += longestChain(rollouts, after);
    say(stage, ran.seconds);
  };
  const within = (phase: number) => platform.map((name) => `${name}+phase:${phase}`);
  await deploy('base everywhere', ['base']);
  await deploy('phase 1, Helsinki', within(1));
  let migrations = 0;
  for (const name of platform.includes('postgres') ? DATABASES : []) {
    migrations += must(await fleet.unde(['db', 'migrate', name])).seconds;
  }
  chain += migrations;
  say('migrations', migrations);
  await deploy('phase 2, local', within(2));
  return { stages, processor: await clock.seconds(), chain };
}

const total = (stages: Readonly<Record<string, number>>) =>
  Object.values(stages).reduce((sum, seconds) => sum + seconds, 0);

function compared(beside: Convergence, serial: Convergence, services: number, hosts: number): Measurement[] {
  const byProcessor = beside.processor / os.availableParallelism();
  const reference = Math.max(byProcessor, serial.chain);
  const value = total(beside.stages);
  const text = (stages: Readonly<Record<string, number>>) =>
    Object.entries(stages)
      .map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`)
      .join(', ');
  return [
    {
      name: 'converge',
      value,
      unit: 's',
      reference,
      ratio: value / reference,
      aim: `ratio <= ${AIM}`,
      holds: value / reference <= AIM,
      note: `${services} services on ${hosts} hosts, packages from the mirror: ${text(beside.stages)}; floor: ${beside.processor.toFixed(0)} processor seconds / ${os.availableParallelism()} = ${byProcessor.toFixed(0)} s, longest chain ${serial.chain.toFixed(0)} s`,
    },
    {
      name: 'converge, --serial',
      value: total(serial.stages),
      unit: 's',
      reference: value,
      ratio: total(serial.stages) / value,
      aim: 'stated',
      holds: true,
      note: `${text(serial.stages)}; ${serial.processor.toFixed(0)} processor seconds`,
    },
  ];
}

/** Everything again, with nothing to change, in turn with one ssh login a host. */
async function noop(fleet: BenchFleet, platform: readonly string[], runs: number): Promise<Measurement> {
  const ours: number[] = [];
  const floor: number[] = [];
  for (let run = 0; run < runs; run++) {
    floor.push(await fleet.sshFloor());
    ours.push(must(await fleet.unde(['deploy', platform.join(','), '--no-diff'])).seconds);
  }
  const value = median(ours);
  const reference = median(floor);
  return {
    name: 'converge-noop',
    value,
    unit: 's',
    reference,
    ratio: value / reference,
    aim: `ratio <= ${NOOP_AIM}`,
    holds: value / reference <= NOOP_AIM,
    note: `median of ${runs} runs, taken in turn with one parallel ssh login a host`,
  };
}
