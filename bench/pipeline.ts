import { percentile, type Bench } from './bench.ts';
import { RecognitionRig, VENDOR_MS } from './recognition/rig.ts';

/** One after another, as long as the vendors take a second for each. */
const REQUESTS = 150;
const WARM_REQUESTS = 15;
const OVERHEAD_MS = 300;

/** From a user's POST to the last event of its stream, without what the vendors take. */
export const bench: Bench = {
  name: 'pipeline',
  what: 'a whole recognition, one after another, with vendors at 300 ms each: what it takes over the sum of their times',
  async run(extent) {
    const rig = await RecognitionRig.up('recopipe', extent);
    const [requests, warm] = extent.smoke ? [1, 1] : [REQUESTS, WARM_REQUESTS];
    try {
      await rig.send(warm, 1, { follow: true });
      const before = await rig.vendorRequests();
      const sent = await rig.send(requests, 1, { follow: true });
      const calls = ((await rig.vendorRequests()) - before) / requests;
      const ended = await rig.ended(sent, 60);
      const whole = ended.filter(({ state, degraded }) => state === 'done' && degraded.length === 0);
      if (whole.length < requests)
        throw new Error(`${requests - whole.length} requests went without something`);
      const vendors = calls * VENDOR_MS;
      const overheads = sent.map(({ endMs }) => (endMs ?? NaN) - vendors);
      const value = percentile(overheads, 95);
      const steps = ['detect', 'search', 'tag', 'availability', 'rerank'].map((name) => {
        const times = whole.flatMap(({ steps: all }) => all.filter(({ step }) => step === name));
        return `${name} ${percentile(
          times.map(({ ms }) => ms),
          50,
        )}`;
      });
      return [
        {
          name: 'pipeline',
          value,
          unit: 'ms p95 overhead',
          reference: vendors,
          ratio: undefined,
          aim: `p95 <= ${OVERHEAD_MS} ms`,
          holds: value <= OVERHEAD_MS,
          note: `${requests} requests, ${calls} calls of vendors each; overhead p50 ${percentile(overheads, 50).toFixed(0)} ms, most ${Math.max(...overheads).toFixed(0)} ms; steps' p50 in ms: ${steps.join(', ')}`,
        },
      ];
    } finally {
      await rig.down();
    }
  },
};
