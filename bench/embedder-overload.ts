import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, type Bench } from './bench.ts';
import { closedLoop, startRig, type Outcome, type Rig } from './embedder/rig.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const FACTOR = 4;
const PEAK_CLIENTS = 16;
const PEAK_PHOTOS = 160;
/** How much more memory than before the flood is still bounded. */
const MEMORY_FACTOR = 1.5;
const LOOP_P99_MS = 5;

export const bench: Bench = {
  name: 'embedder-overload',
  what: 'four times the load that it can take, for a minute: what it still delivers, and how it says no',
  async run({ smoke }) {
    const rig = await startRig({ smoke });
    const peakPhotos = smoke ? PEAK_CLIENTS : PEAK_PHOTOS;
    try {
      await closedLoop(rig, PEAK_CLIENTS, PEAK_CLIENTS * 2);
      const before = await closedLoop(rig, PEAK_CLIENTS, peakPhotos);
      const memoryBefore = (await rig.memory()).now;
      const rate = FACTOR * (peakPhotos / before.seconds);
      const { outcomes, seconds, loopP99 } = await flood(rig, rate, smoke ? 1 : SECONDS);
      const memory = (await rig.memory()).peak;
      const after = await closedLoop(rig, PEAK_CLIENTS, peakPhotos);
      // Its own peak on the same machine, before the flood and after it.
      const peak = (2 * peakPhotos) / (before.seconds + after.seconds);
      const served = outcomes.filter(({ status }) => status === 200);
      const refused = outcomes.filter(({ status }) => status === 503);
      const other = outcomes.length - served.length - refused.length;
      const goodput = served.length / seconds;
      const p50 = (list: readonly Outcome[]) =>
        percentile(
          list.map(({ ms }) => ms),
          50,
        ).toFixed(0);
      const p95 = percentile(
        served.map(({ ms }) => ms),
        95,
      );
      return [
        {
          name: 'embedder-overload-goodput',
          value: goodput,
          unit: 'images/s',
          reference: peak,
          ratio: goodput / peak,
          aim: 'ratio >= 0.9',
          holds: goodput / peak >= 0.9,
          note: `${rate.toFixed(0)} requests/s for ${seconds.toFixed(0)} s; served p50 ${p50(served)} ms p95 ${p95.toFixed(0)} ms; refused in p50 ${p50(refused)} ms`,
        },
        {
          name: 'embedder-overload-other',
          value: other,
          unit: 'requests',
          reference: undefined,
          ratio: undefined,
          aim: 'neither 200 nor 503: 0',
          holds: other === 0 && refused.length > 0,
          note: `${served.length} served, ${refused.length} refused with 503`,
        },
        {
          name: 'embedder-overload-memory',
          value: memory / 2 ** 20,
          unit: 'MiB peak',
          reference: memoryBefore / 2 ** 20,
          ratio: memory / memoryBefore,
          aim: `ratio <= ${MEMORY_FACTOR}`,
          holds: memory <= memoryBefore * MEMORY_FACTOR,
        },
        {
          name: 'embedder-overload-event-loop',
          value: loopP99,
          unit: 'ms p99',
          reference: undefined,
          ratio: undefined,
          aim: `<= ${LOOP_P99_MS} ms`,
          holds: loopP99 <= LOOP_P99_MS,
        },
      ];
    } finally {
      await rig.close();
    }
  },
};

/** Sends requests at a fixed rate, whatever becomes of them; an open loop, as the world is. */
async function flood(rig: Rig, rate: number, limit: number) {
  const outcomes: Outcome[] = [];
  const pending = new Set<Promise<void>>();
  // The delay is told for the time since it was last asked for.
  await rig.metrics();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  for (let sent = 0; elapsed() < limit;) {
    for (const due = elapsed() * rate; sent < due; sent++) {
      const request: Promise<void> = rig
        .embed(sent)
        .then((outcome) => void outcomes.push(outcome))
        .catch(() => void outcomes.push({ status: 0, ms: 0 }))
        .finally(() => pending.delete(request));
      pending.add(request);
    }
    await sleep(5);
  }
  const loopP99 = (await rig.metrics()).get('event_loop_delay_ms{quantile="0.99"}') ?? NaN;
  await Promise.all(pending);
  return { outcomes, seconds: elapsed(), loopP99 };
}
