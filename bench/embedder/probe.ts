/**
 * The parts of an embedding, each alone, as a process of its own: `node probe.ts MODEL PHOTO…`. Prints one
 * JSON object for each line that it reads from stdin, so that the parts can be measured between other things.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { clipPixels, clipTensor } from '../../src/lib/runtime/clip/preprocess.ts';
import { physicalCores } from '../../src/lib/runtime/onnx/cores.ts';
import { goldenImage } from '../../src/lib/runtime/onnx/golden.ts';
import { EmbeddingSession } from '../../src/lib/runtime/onnx/session.ts';

/** What the probe answers. */
export interface Parts {
  /** `session.run` alone, batch 8, in images a second. */
  readonly rawImagesPerSecond: number;
  /** Processor time of decoding, resizing and normalising one photo, in seconds. */
  readonly decodeCoreSeconds: number;
}

const BATCH = 8;
const RUNS = 6;
const LIMITS = { maxPixels: 50_000_000 };

const [model = '', ...files] = process.argv.slice(2);
const photos = files.map((file) => readFileSync(file));
const session = await EmbeddingSession.open(model, physicalCores());
const batch = Array.from({ length: BATCH }, (_, index) => goldenImage(index));
await session.run(batch);
await session.run(batch.slice(0, 1));
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  const answer = line === 'parts' ? await measure() : await embedAlone(Number(line));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** One photo decoded and computed, in milliseconds. */
async function embedAlone(photo: number): Promise<number> {
  const start = performance.now();
  const pixels = await clipPixels(photos[photo % photos.length] ?? Buffer.alloc(0), LIMITS);
  await session.run([clipTensor(pixels)]);
  return performance.now() - start;
}

async function measure(): Promise<Parts> {
  const began = performance.now();
  for (let run = 0; run < RUNS; run++) await session.run(batch);
  const rawSeconds = (performance.now() - began) / 1000;
  const processor = process.cpuUsage();
  for (const photo of photos) clipTensor(await clipPixels(photo, LIMITS));
  const { user, system } = process.cpuUsage(processor);
  return {
    rawImagesPerSecond: (RUNS * BATCH) / rawSeconds,
    decodeCoreSeconds: (user + system) / 1e6 / photos.length,
  };
}
