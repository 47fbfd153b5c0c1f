import type { RotationReport } from '../src/lib/operations/secrets/rotation/rotate.ts';
import type { Bench } from './bench.ts';
import { BenchFleet, must } from './fleet.ts';

const HOLDERS = ['apify', 'collage'];
const SMOKE_HOLDERS = ['apify'];
/** What a smoke run rotates of all. */
const SMOKE_SECRET = 'redis-broker-borrower';
/** How often every secret is rotated. */
const ROUNDS = 3;

interface Tally {
  readonly done: number;
  readonly failed: readonly string[];
}

/** Every secret of a small fleet is rotated while two services use theirs without pause. */
export const bench: Bench = {
  name: 'rotate',
  what: 'requests to PostgreSQL (through PgBouncer) and Redis that fail while every secret is rotated',
  async run({ smoke, lab }) {
    const holders = smoke ? SMOKE_HOLDERS : HOLDERS;
    const rounds = smoke ? 1 : ROUNDS;
    const fleet = await BenchFleet.up('brotate', ['production-db', 'push', ...holders], {
      everywhere: [],
      shared: lab,
    });
    try {
      await place(fleet, holders);
      await fleet.ok(
        'deploy',
        smoke
          ? 'postgres+host:production-db,pgbouncer+host:production-db,redis'
          : 'postgres,pgbouncer,redis,redis-exporter,postgres-exporter',
        '--no-diff',
      );
      await fleet.ok('db', 'migrate', 'production');
      await fleet.ok('deploy', 'borrower', '--no-diff');
      const before = await tallies(fleet, holders);
      const seconds: number[] = [];
      let secrets = 0;
      for (let round = 0; round < rounds; round++) {
        const ran = await fleet.ok('secrets', 'rotate', smoke ? SMOKE_SECRET : '--all', '--json');
        secrets = (JSON.parse(ran.stdout) as RotationReport).rotated.length;
        seconds.push(ran.seconds);
      }
      const after = await tallies(fleet, holders);
      const requests = sum(after) - sum(before);
      const failed = after.flatMap((tally) => tally.failed);
      const busy = requests / seconds.reduce((total, each) => total + each, 0);
      return [
        {
          name: 'rotate',
          value: failed.length,
          unit: 'failed requests',
          reference: undefined,
          ratio: undefined,
          aim: '0',
          // A service that made none would have failed none.
          holds: failed.length === 0 && busy > 10,
          note: `${secrets} secrets, ${rounds} times, ${seconds.map((each) => each.toFixed(0)).join(', ')} s; ${requests} requests of ${holders.length} holders${failed.length === 0 ? '' : `; the first: ${failed[0]}`}`,
        },
      ];
    } finally {
      await fleet.down();
    }
  },
};

/** Places the holders, and nothing of the other benchmarks. */
function place(fleet: BenchFleet, holders: readonly string[]): Promise<void> {
  return fleet.edit((inventory, hosts) => {
    inventory.everywhere = ['node-exporter'];
    for (const name of holders) {
      const host = hosts[name];
      if (host !== undefined) host.services = [...host.services, 'borrower'];
    }
  });
}

async function tallies(fleet: BenchFleet, holders: readonly string[]): Promise<Tally[]> {
  return Promise.all(
    fleet.hosts
      .filter(({ name }) => holders.includes(name))
      .map(async ({ address }) => {
        const script = `const answer = await fetch('http://${address}:8095/tally'); console.log(await answer.text())`;
        const ran = must(await fleet.inside([process.execPath, '--input-type=module', '-e', script]));
        return JSON.parse(ran.stdout) as Tally;
      }),
  );
}

function sum(tallies: readonly Tally[]): number {
  return tallies.reduce((total, { done }) => total + done, 0);
}
