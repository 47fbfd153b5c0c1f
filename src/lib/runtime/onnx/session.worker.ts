/** The worker thread that owns the model: ONNX Runtime computes on the thread that calls it. */
import { parentPort, workerData } from 'node:worker_threads';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { assertAnyBatch } from './fixed-batch.ts';
import { goldenImage, goldenPath, proveModel, readGolden } from './golden.ts';
import { EmbeddingSession, fileSha256 } from './session.ts';
import { standBack } from './thread-priority.ts';
import { toUnitLength } from './vector.ts';
import type { LoadedModel, WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts';

/** Runs of each batch size before the first request: the first ones allocate, and are slower. */
const WARM_RUNS = 2;

if (parentPort === null) throw new Error('session.worker is a worker thread');
const port = parentPort;
const start = workerData as WorkerStart;

function answer(reply: WorkerReply, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(reply, transfer);
}

async function open(): Promise<{ session: EmbeddingSession; model: LoadedModel }> {
  const began = performance.now();
  // Before the session starts its threads, which inherit it.
  standBack();
  const session = await EmbeddingSession.open(start.file, start.threads);
  const sha256 = await fileSha256(start.file);
  assertAnyBatch(session.interface);
  const golden = await readGolden(goldenPath(start.file));
  await proveModel(session, Math.max(...start.buckets), sha256, golden);
  const warmMs: Record<number, number> = {};
  for (const bucket of start.buckets) warmMs[bucket] = await warm(session, bucket);
  return {
    session,
    model: {
      sha256,
      otherInputs: session.interface.others.map((input) => input.name),
      golden: golden !== undefined,
      loadMs: Math.round(performance.now() - began),
      warmMs,
    },
  };
}

async function warm(session: EmbeddingSession, size: number): Promise<number> {
  const images = Array.from({ length: size }, () => goldenImage());
  let ms = 0;
  for (let run = 0; run < WARM_RUNS; run++) {
    const began = performance.now();
    await session.run(images);
    ms = performance.now() - began;
  }
  return Math.round(ms);
}

async function run(session: EmbeddingSession, images: readonly Float32Array[]): Promise<void> {
  try {
    const began = performance.now();
    const output = await session.run(images);
    const size = output.length / images.length;
    const vectors = images.map((_, index) => toUnitLength(output.slice(index * size, (index + 1) * size)));
    answer(
      { kind: 'vectors', vectors, ms: performance.now() - began },
      vectors.map((vector) => vector.buffer as ArrayBuffer),
    );
  } catch (error) {
    answer({ kind: 'failed', message: messageOf(error) });
  }
}

try {
  const { session, model } = await open();
  port.on('message', (request: WorkerRequest) => {
    if (request.kind === 'run') void run(session, request.images);
    else void session.close().finally(() => port.close());
  });
  answer({ kind: 'ready', model });
} catch (error) {
  const known = error instanceof UndeError ? error : undefined;
  answer({
    kind: 'refused',
    code: known?.code ?? 'MODEL_BROKEN',
    message: messageOf(error),
    hint: known?.hint,
    details: known?.details ?? [],
  });
  port.close();
}
