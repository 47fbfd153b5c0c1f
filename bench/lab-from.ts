import { median, type Bench } from './bench.ts';
import { BenchFleet, must } from './fleet.ts';

const RUNS = 3;
const AIM = 5;
/** How long services may take to run again, in milliseconds. */
const DEADLINE_MS = 60_000;

interface Size {
  readonly hosts: readonly string[];
  /** The databases among them, and the services; the latter after the migrations. */
  readonly ground: string;
  readonly databases: readonly string[];
  readonly services: string;
}

const FULL: Size = {
  hosts: [
    'production-db',
    'staging-db',
    'push',
    'embedder',
    'ximilar-gw',
    'llm-reranker',
    'recognition',
    'local-app',
    'scraper',
    'local-mood',
  ],
  ground: 'postgres,pgbouncer,redis',
  databases: ['production', 'staging'],
  services: 'node-exporter,payload,seed',
};
const SMOKE: Size = { hosts: ['scraper'], ground: 'node-exporter', databases: [], services: 'payload' };

/** Ten machines with databases and services, brought back as a saved lab has them, and made anew. */
export const bench: Bench = {
  name: 'lab-from',
  what: 'ten machines with databases and services by lab up --from, against lab up and deploying the same',
  async run({ smoke }) {
    // The saved lab is called like the one that it is of.
    const name = smoke ? 'bsmokefrom' : 'blabfrom';
    const size = smoke ? SMOKE : FULL;
    const began = performance.now();
    const fleet = await BenchFleet.up(name, size.hosts);
    try {
      must(await fleet.unde(['deploy', size.ground, '--no-diff']));
      for (const database of size.databases) must(await fleet.unde(['db', 'migrate', database]));
      must(await fleet.unde(['deploy', size.services, '--no-diff']));
      const reference = (performance.now() - began) / 1000;
      must(await fleet.unde(['lab', 'save', name, '--name', name, '--down']));
      const seconds: number[] = [];
      for (let run = 0; run < (smoke ? 1 : RUNS); run++) {
        const back = performance.now();
        await fleet.boot(['--from', name]);
        await everythingRuns(fleet, `${size.ground},${size.services}`.split(','));
        seconds.push((performance.now() - back) / 1000);
        must(await fleet.unde(['lab', 'down', '--name', name]));
      }
      const value = median(seconds);
      return [
        {
          name: 'lab-from',
          value,
          unit: 's',
          reference,
          ratio: value / reference,
          aim: `${AIM} times faster (ratio <= ${1 / AIM})`,
          holds: value / reference <= 1 / AIM,
          note: `${(reference / value).toFixed(1)} times faster, to the first time that all of it runs; ${size.hosts.length} machines, median of ${seconds.map((each) => each.toFixed(1)).join(', ')} s`,
        },
      ];
    } finally {
      await fleet.down();
      await fleet.unde(['lab', 'forget', name]);
    }
  },
};

/** Waits until every service runs: a lab that is up, but does not serve, is of no use. */
async function everythingRuns(fleet: BenchFleet, services: readonly string[]): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const ill = await fleet.notRunning(services);
    if (ill.length === 0) return;
    if (Date.now() > deadline) throw new Error(`some services did not come back:\n${ill.join('\n')}`);
  }
}
