import { stat, writeFile } from 'node:fs/promises';
import { physicalCores } from '../../runtime/onnx/cores.ts';
import { assertSelfContained } from './external-data.ts';
import { assertAnyBatch } from '../../runtime/onnx/fixed-batch.ts';
import { goldenImage, goldenPath, proveModel, readGolden, type Golden } from '../../runtime/onnx/golden.ts';
import { describeTensor } from '../../runtime/onnx/model-interface.ts';
import { EmbeddingSession, fileSha256 } from '../../runtime/onnx/session.ts';

/** What {@link checkModel} found. */
export interface ModelReport {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The image input and the embedding, each in one line. */
  readonly input: string;
  readonly output: string;
  /** Inputs beside the image, such as text; they are fed with ones, and cost time. */
  readonly otherInputs: readonly string[];
  /** Whether the model's own answer is of unit length; the embedder normalises either way. */
  readonly normalised: boolean;
  readonly norm: number;
  readonly golden: 'matches' | 'none' | 'written';
  readonly goldenFile: string;
  /** A trial on this machine, in milliseconds and images a second. */
  readonly trial: {
    readonly threads: number;
    readonly loadMs: number;
    readonly oneImageMs: number;
    readonly imagesPerSecond: number;
  };
}

const TRIAL_BATCH = 8;
const TRIAL_RUNS = 3;

/**
 * Checks that a file is what the embedder can serve: an ONNX image tower found by its shapes, which computes, and
 * which answers as it did when its golden vector was written.
 *
 * @param options.writeGolden Writes the golden vector instead of comparing it.
 * @throws UndeError NO_MODEL, NOT_ONNX, MODEL_SHAPE, MODEL_FIXED_BATCH, MODEL_EXTERNAL_DATA, MODEL_BROKEN, BAD_GOLDEN,
 * GOLDEN_DIFFERS
 */
export async function checkModel(
  file: string,
  options: { readonly writeGolden: boolean },
): Promise<ModelReport> {
  const threads = physicalCores();
  const began = performance.now();
  const session = await EmbeddingSession.open(file, threads);
  try {
    const loadMs = Math.round(performance.now() - began);
    assertAnyBatch(session.interface);
    await assertSelfContained(file);
    const sha256 = await fileSha256(file);
    const known = options.writeGolden ? undefined : await readGolden(goldenPath(file));
    const proof = await proveModel(session, TRIAL_BATCH, sha256, known);
    if (options.writeGolden) await writeGolden(file, sha256, proof.vector);
    const oneImageMs = await bestRun(session, 1);
    const batchMs = await bestRun(session, TRIAL_BATCH);
    const { image, embedding, others } = session.interface;
    return {
      file,
      bytes: (await stat(file)).size,
      sha256,
      input: describeTensor(image),
      output: describeTensor(embedding),
      otherInputs: others.map(describeTensor),
      normalised: Math.abs(proof.norm - 1) < 1e-3,
      norm: proof.norm,
      golden: options.writeGolden ? 'written' : known === undefined ? 'none' : 'matches',
      goldenFile: goldenPath(file),
      trial: {
        threads,
        loadMs,
        oneImageMs: Math.round(oneImageMs * 10) / 10,
        imagesPerSecond: Math.round((TRIAL_BATCH * 10_000) / batchMs) / 10,
      },
    };
  } finally {
    await session.close();
  }
}

async function writeGolden(model: string, sha256: string, vector: Float32Array): Promise<void> {
  const golden: Golden = { input: 'ramp-1', sha256, vector: Array.from(vector) };
  await writeFile(goldenPath(model), `${JSON.stringify(golden)}\n`);
}

/** The quickest of a few runs, in milliseconds: what else the machine does only makes a run slower. */
async function bestRun(session: EmbeddingSession, batch: number): Promise<number> {
  const images = Array.from({ length: batch }, (_, index) => goldenImage(index));
  let best = Infinity;
  for (let run = 0; run < TRIAL_RUNS; run++) {
    const began = performance.now();
    await session.run(images);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}
