import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { IMAGE_VALUES, type EmbeddingSession } from './session.ts';
import { cosine, isFinitePositive, normOf, toUnitLength } from './vector.ts';

/** The least cosine between a model's answer now and the one that was written down: float32 on another CPU. */
export const GOLDEN_COSINE = 0.9999;
/** The least cosine between one image alone and the same one in a batch. */
const BATCH_COSINE = 0.9999;

const goldenFile = z.object({
  /** Names the input; see {@link goldenImage}. */
  input: z.literal('ramp-1'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  vector: z.array(z.number()).length(512),
});
/** What a model answers to a known input, written down when the model was accepted. */
export type Golden = z.infer<typeof goldenFile>;

/** Where a model's golden vector is kept: beside it. */
export function goldenPath(model: string): string {
  return `${model}.golden.json`;
}

/**
 * The known input: three ramps of different steepness, over the range that normalised photos have. Whole-number
 * arithmetic, so that it is the same everywhere.
 *
 * @param variant Another number gives another image.
 */
export function goldenImage(variant = 0): Float32Array {
  return Float32Array.from({ length: IMAGE_VALUES }, (_, index) => {
    const plane = Math.floor(index / (224 * 224));
    const row = Math.floor(index / 224) % 224;
    const column = index % 224;
    return (((row * (plane + 2 + variant) + column * (3 - plane) * (variant + 1)) % 256) - 128) / 64;
  });
}

/**
 * Reads a golden vector.
 *
 * @returns undefined when there is none.
 * @throws UndeError BAD_GOLDEN
 */
export async function readGolden(file: string): Promise<Golden | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return goldenFile.parse(JSON.parse(content));
  } catch (cause) {
    throw new UndeError({
      code: 'BAD_GOLDEN',
      message: `${file} is not a golden vector`,
      exit: 'config',
      where: { file },
      hint: 'write it anew: unde model check FILE --write-golden',
      details: messageOf(cause).split('\n').slice(0, 3),
      cause,
    });
  }
}

/** The result of {@link proveModel}. */
export interface Proof {
  /** The unit vector of the known input. */
  readonly vector: Float32Array;
  /** The length of the model's own output for it; 1 where the model normalises. */
  readonly norm: number;
  /** Cosine with the golden vector; undefined when there is none. */
  readonly golden: number | undefined;
}

/**
 * Proves that a model works: numbers and not NaN, different images told apart, the same answer alone and in a
 * batch, and the golden vector when there is one.
 *
 * @param batch The largest batch that will be run.
 * @throws UndeError MODEL_BROKEN, GOLDEN_DIFFERS
 */
export async function proveModel(
  session: EmbeddingSession,
  batch: number,
  sha256: string,
  golden: Golden | undefined,
): Promise<Proof> {
  const raw = await session.run([goldenImage()]);
  const norm = normOf(raw);
  if (!isFinitePositive(norm)) throw broken(`its answer to a known image has the length ${norm}`);
  const vector = toUnitLength(raw);
  const inBatch = await session.run(Array.from({ length: batch }, (_, index) => goldenImage(index)));
  const size = raw.length;
  const again = toUnitLength(inBatch.slice(0, size));
  if (cosine(vector, again) < BATCH_COSINE) throw broken('an image alone and in a batch gives two vectors');
  if (batch > 1) {
    const other = toUnitLength(inBatch.slice(size, 2 * size));
    if (cosine(vector, other) > 0.999_999_9) throw broken('two different images give the same vector');
  }
  if (golden === undefined) return { vector, norm, golden: undefined };
  const likeness = cosine(vector, golden.vector);
  if (golden.sha256 !== sha256 || likeness < GOLDEN_COSINE) {
    throw new UndeError({
      code: 'GOLDEN_DIFFERS',
      message:
        golden.sha256 === sha256
          ? `the model's answer to the known image is not the golden one (cosine ${likeness.toFixed(6)})`
          : 'the golden vector belongs to another model file',
      exit: 'config',
      hint: 'if the model was meant to change: unde model check FILE --write-golden',
      details: [`golden ${golden.sha256}`, `model  ${sha256}`],
    });
  }
  return { vector, norm, golden: likeness };
}

function broken(why: string): UndeError {
  return new UndeError({
    code: 'MODEL_BROKEN',
    message: `the model does not work: ${why}`,
    exit: 'config',
    hint: 'export it again, in float32',
  });
}
