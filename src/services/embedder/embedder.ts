import os from 'node:os';
import pLimit, { type LimitFunction } from 'p-limit';
import { Fetcher } from '../../lib/runtime/fetch/fetcher.ts';
import { PREPROCESSING, clipPixels, clipTensor } from '../../lib/runtime/clip/preprocess.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { Batcher } from '../../lib/runtime/onnx/batcher.ts';
import { physicalCores } from '../../lib/runtime/onnx/cores.ts';
import { InferenceWorker } from '../../lib/runtime/onnx/inference-worker.ts';
import { photoPolicy } from '../../lib/runtime/photos/photo-policy.ts';
import { isPhotoType } from '../../lib/runtime/photos/photo-type.ts';
import { settings as specs, type EmbedderSettings } from './settings.ts';

/** The sizes of the batches. Few and fixed: ONNX Runtime keeps memory for each shape that it has seen. */
const BUCKETS = [1, 2, 4, 8] as const;
/** libuv has four threads for decoding, and one of them stays free for name lookups. */
const MAX_DECODERS = 3;

/** A photo's way to its vector: fetched, decoded, computed in a batch. */
export class Embedder {
  readonly #settings: EmbedderSettings;
  readonly #metrics: Metrics;
  readonly #fetcher: Fetcher;
  readonly #decoding: LimitFunction;
  readonly #batcher: Batcher<Float32Array, Float32Array>;
  #worker: InferenceWorker | undefined;
  #modelId = '';

  constructor(settings: EmbedderSettings, metrics: Metrics) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#fetcher = new Fetcher({
      policy: photoPolicy(specs, settings),
      maxBytes: settings.maxBytes,
      deadlineMs: settings.fetchSeconds * 1000,
      accepts: isPhotoType,
    });
    this.#decoding = pLimit(settings.decoders || Math.min(MAX_DECODERS, os.availableParallelism()));
    this.#batcher = new Batcher({ buckets: BUCKETS, run: (images) => this.#run(images) });
  }

  /** Names the model and the preprocessing; stands beside every vector. Empty until the model is loaded. */
  get modelId(): string {
    return this.#modelId;
  }

  /** How many decoded photos wait for a batch. */
  get waiting(): number {
    return this.#batcher.waiting;
  }

  /**
   * Loads the model and warms it up.
   *
   * @returns The worker, whose end is the service's.
   * @throws UndeError for a model that cannot be used.
   */
  async load(file: string): Promise<InferenceWorker> {
    const threads = this.#settings.threads || physicalCores();
    this.#worker = await InferenceWorker.open({ file, threads, buckets: BUCKETS });
    this.#modelId = modelId(this.#worker.model.sha256);
    return this.#worker;
  }

  /**
   * The embedding of the photo at a URL.
   *
   * @throws FetchError, ImageError
   */
  async embedUrl(url: string, signal: AbortSignal): Promise<Float32Array> {
    const bytes = await this.#timed('fetch', () => this.#fetcher.bytes(url, signal));
    return this.embedBytes(bytes, signal);
  }

  /**
   * The embedding of a photo.
   *
   * @throws ImageError
   */
  async embedBytes(bytes: Buffer, signal: AbortSignal): Promise<Float32Array> {
    const pixels = await this.#timed('decode', () =>
      this.#decoding(() => {
        signal.throwIfAborted();
        return clipPixels(bytes, { maxPixels: this.#settings.maxPixels });
      }),
    );
    const decoded = performance.now();
    const vector = await this.#batcher.submit(clipTensor(pixels), signal);
    this.#metrics.histogram('embedder_inference_latency_ms').observe(performance.now() - decoded);
    return vector;
  }

  /** Lets go of the connections and the model. */
  async close(): Promise<void> {
    await this.#fetcher.close();
    await this.#worker?.close();
  }

  async #run(images: readonly Float32Array[]): Promise<readonly Float32Array[]> {
    if (this.#worker === undefined) throw new Error('the model is not loaded');
    const { vectors, ms } = await this.#worker.run(images);
    this.#metrics.histogram('embedder_batch_size').observe(images.length);
    this.#metrics.histogram('embedder_stage_latency_ms').observe({ stage: 'run' }, ms);
    return vectors;
  }

  async #timed<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    this.#metrics.histogram('embedder_stage_latency_ms').observe({ stage }, performance.now() - began);
    return result;
  }
}

/** Names a model file and what is done to photos before it. */
export function modelId(sha256: string): string {
  return `${sha256.slice(0, 16)}+${PREPROCESSING}`;
}
