import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { FleetStatus } from '../src/lib/operations/status/status.ts';
import type { ServiceEntry } from '../src/lib/operations/inventory/service-listing.ts';
import { median, type Bench, type Measurement } from './bench.ts';
import { BenchFleet } from './fleet.ts';

const RUNS = 5;
const DATABASES = ['production', 'staging'];
/** Not in Debian: a lab leaves it out, and says so. */
const LEFT_OUT = ['grafana'];

/**
 * The whole fleet from what a provider delivers to a running platform, in the order of docs/deployment.md: machines with
 * nothing but systemd and sshd, packages from the lab's mirror, every third party's service that is built, wherever
 * the inventory places it. Afterwards the same again, with nothing to change.
 */
export const bench: Bench = {
  name: 'converge',
  what: 'all platform services on all 30 hosts from bare machines, and the no-op afterwards against one ssh login a host',
  async run() {
    const inventory = parse(readFileSync(path.resolve(import.meta.dirname, '../inventory.yaml'), 'utf8')) as {
      everywhere: string[];
    };
    const fleet = await BenchFleet.up('bconverge', [], {
      everywhere: inventory.everywhere,
      flags: ['--bare'],
    });
    try {
      const platform = await platformServices(fleet);
      const step = async (args: readonly string[]) => (await fleet.ok(...args)).seconds;
      const deploy = (services: readonly string[]) => step(['deploy', services.join(','), '--no-diff']);
      const within = (phase: number) => platform.map((name) => `${name}+phase:${phase}`);
      const stages: Record<string, number> = {
        'base everywhere': await deploy(['base']),
        'phase 1, Helsinki': await deploy(within(1)),
        migrations: await inTurn(DATABASES.map((name) => () => step(['db', 'migrate', name]))),
        'phase 2, local': await deploy(within(2)),
      };
      await assertRunning(fleet, platform);
      const ours: number[] = [];
      const floor: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        floor.push(await fleet.sshFloor());
        ours.push(await deploy(platform));
      }
      return [...stated(stages, fleet.hosts.length, platform.length), noop(ours, floor)];
    } finally {
      await fleet.down();
    }
  },
};

/** Third parties' services that are built and placed, by name. */
async function platformServices(fleet: BenchFleet): Promise<string[]> {
  const { services } = JSON.parse((await fleet.ok('services', '--json')).stdout) as {
    services: ServiceEntry[];
  };
  return services
    .filter(({ kind, hosts }) => kind === 'platform' && hosts.length > 0)
    .map(({ name }) => name);
}

async function inTurn(steps: readonly (() => Promise<number>)[]): Promise<number> {
  let sum = 0;
  for (const step of steps) sum += await step();
  return sum;
}

/** A figure of a fleet that does not run is worth nothing. */
async function assertRunning(fleet: BenchFleet, platform: readonly string[]): Promise<void> {
  const answer = await fleet.unde(['status', '--once', '--timeout', '30', '--json']);
  const status = JSON.parse(answer.stdout) as FleetStatus;
  const ill = status.hosts.flatMap(({ name, services }) =>
    services
      .filter(({ name: service }) => platform.includes(service) && !LEFT_OUT.includes(service))
      .filter(({ state }) => state !== 'running')
      .map((service) => `${service.name} on ${name} is ${service.state}: ${service.reason}`),
  );
  if (ill.length > 0) throw new Error(`the platform does not run:\n${ill.join('\n')}`);
}

function stated(stages: Readonly<Record<string, number>>, hosts: number, services: number): Measurement[] {
  const total = Object.values(stages).reduce((sum, seconds) => sum + seconds, 0);
  const entry = (name: string, value: number, note: string): Measurement => ({
    name: `converge, ${name}`,
    value,
    unit: 's',
    reference: undefined,
    ratio: undefined,
    aim: 'stated',
    holds: true,
    note,
  });
  return [
    ...Object.entries(stages).map(([name, seconds]) => entry(name, seconds, 'packages from the mirror')),
    entry('altogether', total, `${services} services on ${hosts} hosts`),
  ];
}

function noop(ours: readonly number[], floor: readonly number[]): Measurement {
  const value = median(ours);
  const reference = median(floor);
  return {
    name: 'converge, no-op',
    value,
    unit: 's',
    reference,
    ratio: value / reference,
    aim: 'ratio <= 1.5',
    holds: value / reference <= 1.5,
    note: `median of ${RUNS} runs, taken in turn with one parallel ssh login a host`,
  };
}
