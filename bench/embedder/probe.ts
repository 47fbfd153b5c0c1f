/**
 * The parts of an embedding, each alone, as a process of its own: `node probe.ts MODEL PHOTO…`. Prints one
 * JSON object for each line that it reads from stdin, so that the parts can be measured between other things.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { clipPixels, clipTensor } from '../../src/lib/images/clip-preprocess.ts';
import { physicalCores } from '../../src/lib/onnx/cores.ts';
import { goldenImage } from '../../src/lib/onnx/golden.ts';
import { EmbeddingSession } from '../../src/lib/onnx/session.ts';
import { median } from '../bench.ts';

/** What the probe answers. */
export interface Parts {
  /** `session.run` alone, batch 8, in images a second. */
  readonly rawImagesPerSecond: number;
  /** `session.run` alone, one image, the median in milliseconds. */
  readonly rawOneMs: number;
  /** Decoding, resizing and normalising one photo: processor time and elapsed time, in seconds. */
  readonly decodeCoreSeconds: number;
  readonly decodeSeconds: number;
}

const BATCH = 8;
const RUNS = 6;
const SINGLE_RUNS = 20;

const [model = '', ...files] = process.argv.slice(2);
const photos = files.map((file) => readFileSync(file));
const session = await EmbeddingSession.open(model, physicalCores());
const batch = Array.from({ length: BATCH }, (_, index) => goldenImage(index));
await session.run(batch);
await session.run(batch.slice(0, 1));
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'measure') process.stdout.write(`${JSON.stringify(await measure())}\n`);
}

async function measure(): Promise<Parts> {
  const began = performance.now();
  for (let run = 0; run < RUNS; run++) await session.run(batch);
  const rawSeconds = (performance.now() - began) / 1000;
  const singles: number[] = [];
  for (let run = 0; run < SINGLE_RUNS; run++) {
    const start = performance.now();
    await session.run(batch.slice(0, 1));
    singles.push(performance.now() - start);
  }
  const processor = process.cpuUsage();
  const start = performance.now();
  for (const photo of photos) clipTensor(await clipPixels(photo, { maxPixels: 50_000_000 }));
  const { user, system } = process.cpuUsage(processor);
  return {
    rawImagesPerSecond: (RUNS * BATCH) / rawSeconds,
    rawOneMs: median(singles),
    decodeCoreSeconds: (user + system) / 1e6 / photos.length,
    decodeSeconds: (performance.now() - start) / 1000 / photos.length,
  };
}
