import { median, type Bench } from './bench.ts';
import { BenchFleet, SMOKE_HOSTS } from './fleet.ts';

const RUNS = 7;

/** `unde deploy all` with nothing to change on thirty hosts, against logging in to each of them once. */
export const bench: Bench = {
  name: 'deploy-noop',
  what: 'unde deploy with nothing to change on 30 lab hosts, against one parallel ssh login a host',
  async run({ smoke, lab }) {
    const fleet = await BenchFleet.up('bnoop', smoke ? SMOKE_HOSTS : [], { shared: lab });
    const runs = smoke ? 1 : RUNS;
    try {
      await fleet.ok('deploy', 'node-exporter,payload', '--no-diff', '--batch', '29');
      const ours: number[] = [];
      const floor: number[] = [];
      for (let index = 0; index < runs; index++) {
        floor.push(await fleet.sshFloor());
        ours.push((await fleet.ok('deploy', 'node-exporter,payload')).seconds);
      }
      const value = median(ours);
      const reference = median(floor);
      const ratio = value / reference;
      return [
        {
          name: 'deploy-noop',
          value,
          unit: 's',
          reference,
          ratio,
          aim: 'ratio <= 1.5',
          holds: ratio <= 1.5,
          note: `two services on ${fleet.hosts.length} hosts, median of ${runs} runs taken in turn`,
        },
      ];
    } finally {
      await fleet.down();
    }
  },
};
