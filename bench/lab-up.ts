import { median, type Bench } from './bench.ts';
import { BenchFleet } from './fleet.ts';

const RUNS = 3;
const AIM_SECONDS = 25;

/** Booting the whole fleet to the last ssh login, with the image cached. */
export const bench: Bench = {
  name: 'lab-up',
  what: 'all 30 lab hosts to the last ssh login, image cached',
  async run({ smoke }) {
    const seconds: number[] = [];
    let hosts = 0;
    for (let index = smoke ? RUNS : 0; index <= RUNS; index++) {
      const started = performance.now();
      const fleet = await BenchFleet.up(smoke ? 'bsmokeup' : 'blabup', smoke ? ['scraper'] : []);
      // The first one may have to build the image.
      if (index > 0) seconds.push((performance.now() - started) / 1000);
      hosts = fleet.hosts.length;
      await fleet.down();
    }
    const value = median(seconds);
    return [
      {
        name: 'lab-up',
        value,
        unit: 's',
        reference: undefined,
        ratio: undefined,
        aim: `<= ${AIM_SECONDS} s`,
        holds: value <= AIM_SECONDS,
        note: `${hosts} hosts, median of ${RUNS}`,
      },
    ];
  },
};
