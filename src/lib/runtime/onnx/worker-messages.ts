/** What the inference worker is started with. */
export interface WorkerStart {
  readonly file: string;
  readonly threads: number;
  /** The batch sizes that will be run; each is warmed up. */
  readonly buckets: readonly number[];
}

/** What the worker is asked: one batch, or to end. */
export type WorkerRequest =
  { readonly kind: 'run'; readonly images: readonly Float32Array[] } | { readonly kind: 'close' };

/** What the worker says about the model that it loaded. */
export interface LoadedModel {
  readonly sha256: string;
  /** Names of inputs that are not the image, and are fed with ones. */
  readonly otherInputs: readonly string[];
  /** Whether a golden vector stood beside the model; it was compared then. */
  readonly golden: boolean;
  readonly loadMs: number;
  /** What one warm run takes, in milliseconds, by batch size. */
  readonly warmMs: Readonly<Record<number, number>>;
}

/** What the worker answers; exactly one answer a request, in order. */
export type WorkerReply =
  | { readonly kind: 'ready'; readonly model: LoadedModel }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly hint: string | undefined;
      readonly details: readonly string[];
    }
  | { readonly kind: 'vectors'; readonly vectors: readonly Float32Array[]; readonly ms: number }
  | { readonly kind: 'failed'; readonly message: string };
