import os from 'node:os';
import type { Bench } from './bench.ts';
import { median } from './bench.ts';
import { closedLoop, startRig } from './embedder/rig.ts';

const CLIENTS = 16;
const PHOTOS = 200;
const ROUNDS = 5;

export const bench: Bench = {
  name: 'embedder-throughput',
  what: 'photos a second with 16 clients, against what the model and the decoder alone would allow',
  async run({ smoke }) {
    const rig = await startRig({ smoke });
    const [clients, photos, roundCount] = smoke ? [2, 4, 1] : [CLIENTS, PHOTOS, ROUNDS];
    try {
      await closedLoop(rig, clients, 4 * clients);
      const rounds = [];
      // The ceiling is measured around each round, so that both see the same machine.
      let before = await rig.parts();
      for (let round = 0; round < roundCount; round++) {
        const { outcomes, seconds } = await closedLoop(rig, clients, photos);
        const failed = outcomes.filter(({ status }) => status !== 200).length;
        if (failed > 0) throw new Error(`${failed} requests failed`);
        const after = await rig.parts();
        const raw = (before.rawImagesPerSecond + after.rawImagesPerSecond) / 2;
        const decode = (before.decodeCoreSeconds + after.decodeCoreSeconds) / 2;
        const ceiling = 1 / (1 / raw + decode / os.availableParallelism());
        rounds.push({ value: photos / seconds, ceiling, raw, decode });
        before = after;
      }
      const value = median(rounds.map((round) => round.value));
      const ratio = median(rounds.map((round) => round.value / round.ceiling));
      const raw = median(rounds.map((round) => round.raw));
      const decode = median(rounds.map((round) => round.decode));
      return [
        {
          name: 'embedder-throughput',
          value,
          unit: 'images/s',
          reference: value / ratio,
          ratio,
          aim: 'ratio >= 0.95',
          holds: ratio >= 0.95,
          note: `model alone ${raw.toFixed(1)} images/s, decoding ${(decode * 1000).toFixed(1)} core-ms; rounds ${rounds
            .map((round) => (round.value / round.ceiling).toFixed(3))
            .join(' ')}`,
        },
      ];
    } finally {
      await rig.close();
    }
  },
};
