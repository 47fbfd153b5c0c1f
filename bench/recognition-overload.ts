import { percentile, type Bench } from './bench.ts';
import { RecognitionRig, VENDOR_MS, type Ended } from './recognition/rig.ts';

const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60);
const FACTOR = 10;
/** Requests by which its own rate is measured; all of them may wait at once. */
const PEAK_REQUESTS = 60;
/** How much more memory than before the flood is still bounded. */
const MEMORY_FACTOR = 1.5;
/** How long the requests that were taken on may take to their end, in seconds. */
const DRAIN_SECONDS = 400;

/** Ten times the requests that recognition can answer, for a minute, as the world sends them: whatever becomes of them. */
export const bench: Bench = {
  name: 'recognition-overload',
  what: 'ten times the requests that recognition can answer, for a minute: what it still delivers, and how it says no',
  async run(extent) {
    const rig = await RecognitionRig.up('recoover', extent);
    const [peakRequests, limit] = extent.smoke ? [2, 1] : [PEAK_REQUESTS, SECONDS];
    try {
      await ownRate(rig, extent.smoke ? 1 : 10);
      const before = await ownRate(rig, peakRequests);
      const memoryBefore = (await rig.memory()).now;
      const perSecond = FACTOR * before;
      const began = Date.now();
      const sent = await rig.send(Math.round(perSecond * limit), 1000, { perSecond });
      const over = Date.now();
      const accepted = sent.filter(({ status }) => status === 202);
      const refused = sent.filter(
        ({ status, retryAfter }) => (status === 503 || status === 429) && Number(retryAfter) > 0,
      );
      const other = sent.length - accepted.length - refused.length;
      const ended = await rig.ended(accepted, DRAIN_SECONDS);
      const memory = (await rig.memory()).peak;
      const after = await ownRate(rig, peakRequests);
      // Its own peak on the same machine, before the flood and after it.
      const peak = 2 / (1 / before + 1 / after);
      const inTime = ended.filter(({ state, to }) => state === 'done' && to >= began && to <= over);
      const goodput = inTime.length / ((over - began) / 1000);
      const lost = accepted.length - ended.length;
      const waited = ended.map(({ from, to }) => (to - from) / 1000);
      const ms = refused.map((each) => each.ms);
      return [
        {
          name: 'recognition-overload-goodput',
          value: goodput,
          unit: 'requests/s',
          reference: peak,
          ratio: goodput / peak,
          aim: 'ratio >= 0.9',
          holds: goodput / peak >= 0.9,
          note: `${perSecond.toFixed(1)} requests/s for ${limit} s, vendors at ${VENDOR_MS} ms; own rate ${before.toFixed(2)} before, ${after.toFixed(2)} after`,
        },
        {
          name: 'recognition-overload-lost',
          value: lost + other,
          unit: 'requests',
          reference: undefined,
          ratio: undefined,
          aim: 'neither ended nor refused with 503 and Retry-After: 0',
          holds: lost + other === 0 && refused.length > 0,
          note: `${accepted.length} taken on, ${ended.filter(({ state }) => state === 'failed').length} of them failed, all ended after p50 ${percentile(waited, 50).toFixed(0)} s, at most ${Math.max(...waited).toFixed(0)} s; ${refused.length} refused in p50 ${percentile(ms, 50)} ms, p95 ${percentile(ms, 95)} ms`,
        },
        {
          name: 'recognition-overload-memory',
          value: memory / 2 ** 20,
          unit: 'MiB peak',
          reference: memoryBefore / 2 ** 20,
          ratio: memory / memoryBefore,
          aim: `ratio <= ${MEMORY_FACTOR}`,
          holds: memory <= memoryBefore * MEMORY_FACTOR,
        },
      ];
    } finally {
      await rig.down();
    }
  },
};

/** How many requests a second it ends while always some wait. */
async function ownRate(rig: RecognitionRig, count: number): Promise<number> {
  const sent = await rig.send(count, count);
  const refused = sent.find(({ status }) => status !== 202);
  if (refused !== undefined)
    throw new Error(`a request that had room was refused: ${JSON.stringify(refused)}`);
  const ended: readonly Ended[] = await rig.ended(sent, DRAIN_SECONDS);
  const wrong = count - ended.filter(({ state }) => state === 'done').length;
  if (wrong > 0) throw new Error(`${wrong} of ${count} requests did not end well`);
  const from = Math.min(...ended.map((each) => each.from));
  const to = Math.max(...ended.map((each) => each.to));
  return count / ((to - from) / 1000);
}
