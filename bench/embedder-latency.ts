import { median, type Bench } from './bench.ts';
import { startRig, type Rig } from './embedder/rig.ts';

const ROUNDS = 5;
const REQUESTS = 20;
/** What the way through the service may cost beside its parts, in milliseconds. */
const ALLOWANCE_MS = 10;

export const bench: Bench = {
  name: 'embedder-latency',
  what: 'one client: the whole request against fetching, decoding and computing the same photos one after the other',
  async run() {
    const rig = await startRig();
    try {
      await requests(rig, 5);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) {
        const request = await requests(rig, REQUESTS);
        const fetched = await repeat(REQUESTS, (photo) => rig.fetchPhoto(photo));
        const parts = await rig.parts();
        rounds.push({ request, parts: fetched + parts.decodeSeconds * 1000 + parts.rawOneMs });
      }
      const value = median(rounds.map((round) => round.request));
      const added = median(rounds.map((round) => round.request - round.parts));
      return [
        {
          name: 'embedder-latency',
          value,
          unit: 'ms p50',
          reference: value - added,
          ratio: value / (value - added),
          aim: `value - reference <= ${ALLOWANCE_MS} ms`,
          holds: added <= ALLOWANCE_MS,
          note: `the service adds ${added.toFixed(1)} ms; rounds ${rounds
            .map((round) => (round.request - round.parts).toFixed(1))
            .join(' ')}`,
        },
      ];
    } finally {
      await rig.close();
    }
  },
};

function requests(rig: Rig, count: number): Promise<number> {
  return repeat(count, async (photo) => {
    const { status, ms } = await rig.embed(photo);
    if (status !== 200) throw new Error(`a request was answered with ${status}`);
    return ms;
  });
}

/** The median of what `measure` answers, one call after the other. */
async function repeat(count: number, measure: (photo: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let photo = 0; photo < count; photo++) values.push(await measure(photo));
  return median(values);
}
