import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { onnxRuntime } from './runtime.ts';
import { modelInterface, type ModelInterface, type TensorDeclaration } from './model-interface.ts';

/** The number of values in one image of the model's input. */
export const IMAGE_VALUES = 3 * 224 * 224;

/**
 * A model in memory. `run` computes on the calling thread and keeps it busy: services call it from a worker.
 * A process opens its sessions once; ONNX Runtime does not give all memory back.
 */
export class EmbeddingSession {
  readonly interface: ModelInterface;
  readonly #session: InferenceSession;
  readonly #inputs = new Map<number, Float32Array>();

  private constructor(session: InferenceSession, parts: ModelInterface) {
    this.#session = session;
    this.interface = parts;
  }

  /**
   * Loads a model.
   *
   * @param threads How many threads compute one batch together.
   * @throws UndeError NO_MODEL, NOT_ONNX, MODEL_SHAPE
   */
  static async open(file: string, threads: number): Promise<EmbeddingSession> {
    await assertFile(file);
    const session = await load(file, threads);
    try {
      const parts = modelInterface(declarations(session.inputMetadata), declarations(session.outputMetadata));
      return new EmbeddingSession(session, parts);
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * Computes the embeddings of a batch, as the model gives them: not yet of unit length.
   *
   * @param images One normalised image each, {@link IMAGE_VALUES} values long.
   * @returns The vectors one after the other.
   */
  async run(images: readonly Float32Array[]): Promise<Float32Array> {
    const { Tensor: OnnxTensor } = await onnxRuntime();
    const { image, embedding, others } = this.interface;
    const size = images.length;
    // One buffer a batch size, used again and again.
    let input = this.#inputs.get(size);
    if (input === undefined) this.#inputs.set(size, (input = new Float32Array(size * IMAGE_VALUES)));
    for (const [index, values] of images.entries()) input.set(values, index * IMAGE_VALUES);
    const feeds: Record<string, Tensor> = {
      [image.name]: new OnnxTensor('float32', input, [size, 3, 224, 224]),
    };
    for (const other of others) feeds[other.name] = idleTensor(OnnxTensor, other, image, size);
    const outputs = await this.#session.run(feeds, [embedding.name]);
    return outputs[embedding.name]?.data as Float32Array;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** The SHA-256 of a file, in hexadecimal. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function assertFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return;
  throw new UndeError({
    code: 'NO_MODEL',
    message: found === undefined ? `there is no model at ${file}` : `${file} is not a file`,
    exit: 'config',
    where: { file },
    hint: 'export FashionCLIP 2.0 to ONNX, or make a stand-in: unde model generate FILE',
  });
}

async function load(file: string, threads: number): Promise<InferenceSession> {
  try {
    const { InferenceSession: Session } = await onnxRuntime();
    return await Session.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Its warnings about nodes that run elsewhere mean nothing on a CPU.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new UndeError({
      code: 'NOT_ONNX',
      message: `${file} is not an ONNX model that can be loaded`,
      exit: 'config',
      where: { file },
      hint: 'the file may be cut short or of another format: compare its size and sha256 with the export',
      details: [messageOf(cause).split('\n')[0] ?? ''],
      cause,
    });
  }
}

function declarations(metadata: InferenceSession['inputMetadata']): TensorDeclaration[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: [...value.shape] }
      : { name: value.name, type: 'not a tensor', shape: [] },
  );
}

/** The smallest input that an unused tower accepts: its own batch of one, unless it shares the images'. */
function idleTensor(
  OnnxTensor: typeof Tensor,
  input: TensorDeclaration,
  image: TensorDeclaration,
  batch: number,
): Tensor {
  const shape = input.shape.map((size) => {
    if (typeof size === 'number') return Math.max(1, size);
    return size === image.shape[0] ? batch : 1;
  });
  const count = shape.reduce((all, size) => all * size, 1);
  if (input.type === 'int64') return new OnnxTensor('int64', new BigInt64Array(count).fill(1n), shape);
  if (input.type === 'int32') return new OnnxTensor('int32', new Int32Array(count).fill(1), shape);
  return new OnnxTensor('float32', new Float32Array(count).fill(1), shape);
}
