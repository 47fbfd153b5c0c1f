import { median, type Bench } from './bench.ts';
import { startRig } from './embedder/rig.ts';

const PHOTOS = 120;
const WARM_PHOTOS = 10;
/** What the way through the service may cost beside its parts, in milliseconds. */
const ALLOWANCE_MS = 10;

export const bench: Bench = {
  name: 'embedder-latency',
  what: 'one client: a request, against fetching, decoding and computing the same photo without the service',
  async run({ smoke }) {
    const rig = await startRig({ smoke });
    const photos = smoke ? 1 : PHOTOS;
    const warm = smoke ? 1 : WARM_PHOTOS;
    try {
      const requests: number[] = [];
      const parts: number[] = [];
      for (let photo = -warm; photo < photos; photo++) {
        // Turn by turn, so that both see the same machine.
        const { status, ms } = await rig.embed(photo + warm);
        if (status !== 200) throw new Error(`a request was answered with ${status}`);
        const alone = (await rig.fetchPhoto(photo + warm)) + (await rig.embedAlone(photo + warm));
        if (photo < 0) continue;
        requests.push(ms);
        parts.push(alone);
      }
      const value = median(requests);
      const reference = median(parts);
      const added = value - reference;
      return [
        {
          name: 'embedder-latency',
          value,
          unit: 'ms p50',
          reference,
          ratio: value / reference,
          aim: `value - reference <= ${ALLOWANCE_MS} ms`,
          holds: added <= ALLOWANCE_MS,
          note: `the service adds ${added.toFixed(1)} ms`,
        },
      ];
    } finally {
      await rig.close();
    }
  },
};
