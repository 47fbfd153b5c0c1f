import { silenceTelemetry } from './runtime.ts';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { UndeError } from '../../common/error/unde-error.ts';
import type { LoadedModel, WorkerReply, WorkerRequest, WorkerStart } from './worker-messages.ts';

/** The embeddings of one batch. */
export interface BatchResult {
  /** One vector of unit length an image, in order. */
  readonly vectors: readonly Float32Array[];
  /** How long the model took, in milliseconds. */
  readonly ms: number;
}

/**
 * A model in a worker thread of its own, so that the event loop stays free while it computes. One batch at a time:
 * the next is given when the last one has been answered.
 */
export class InferenceWorker {
  readonly model: LoadedModel;
  /** Resolves when the worker has ended, with the reason when nobody asked it to. */
  readonly ended: Promise<Error | undefined>;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #closing = false;
  #busy = false;

  private constructor(worker: Worker, model: LoadedModel) {
    this.#worker = worker;
    this.model = model;
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.ended = new Promise((resolve) => {
      worker.once('error', resolve);
      worker.once('exit', (code) =>
        resolve(this.#closing ? undefined : new Error(`the inference worker ended with code ${code}`)),
      );
    });
  }

  /**
   * Starts the worker; resolves when the model is loaded, proven and warm.
   *
   * @throws UndeError for a model that cannot be used.
   */
  static async open(start: WorkerStart): Promise<InferenceWorker> {
    // From source it stands beside this file, bundled beside main.js.
    const file = `./session.worker${path.extname(import.meta.url)}`;
    silenceTelemetry();
    const worker = new Worker(new URL(file, import.meta.url), { workerData: start, name: 'inference' });
    const reply = await nextReply(worker);
    if (reply.kind === 'ready') return new InferenceWorker(worker, reply.model);
    throw new UndeError({
      code: reply.kind === 'refused' ? reply.code : 'MODEL_BROKEN',
      message: reply.kind === 'refused' ? reply.message : 'the inference worker did not start',
      exit: 'config',
      where: { file: start.file },
      ...(reply.kind === 'refused' ? { hint: reply.hint, details: reply.details } : {}),
    });
  }

  /**
   * Computes one batch. The images are handed over: they are empty here afterwards.
   *
   * @param images As many as one of the batch sizes that the worker was started with.
   */
  async run(images: readonly Float32Array[]): Promise<BatchResult> {
    if (this.#busy) throw new Error('the inference worker takes one batch at a time');
    this.#busy = true;
    try {
      const reply = nextReply(this.#worker);
      const request: WorkerRequest = { kind: 'run', images };
      this.#worker.postMessage(
        request,
        images.map((image) => image.buffer as ArrayBuffer),
      );
      const answer = await reply;
      if (answer.kind === 'vectors') return { vectors: answer.vectors, ms: answer.ms };
      throw new Error(answer.kind === 'failed' ? answer.message : `unexpected answer: ${answer.kind}`);
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the worker, after the batch that it computes. */
  async close(): Promise<void> {
    this.#closing = true;
    const request: WorkerRequest = { kind: 'close' };
    this.#worker.postMessage(request, []);
    await this.#exited;
  }
}

/** The worker's next answer, or its end as an error. */
function nextReply(worker: Worker): Promise<WorkerReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: WorkerReply) => {
      done();
      resolve(reply);
    };
    const onError = (error: Error) => {
      done();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`the inference worker ended with code ${code}`));
    const done = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
