import { z } from 'zod';

/** The version of this contract: embed-batch on port 8004. It only grows. */
export const EMBED_BATCH_CONTRACT = 1;

/** What is to be embedded. */
export const batchScope = z.union([
  /**
   * all: what has no up-to-date embedding; what was unreadable is tried again, as it is for a brand and for SKUs.
   * new: the same without what was unreadable. progressive: also more photos for SKUs with a low rerank score.
   */
  z.enum(['all', 'new', 'progressive']),
  z.object({ brand: z.string() }),
  z.object({ skus: z.array(z.string()).min(1).max(10_000) }),
]);
export type BatchScope = z.infer<typeof batchScope>;

/** What a scope is called. */
export function scopeName(scope: BatchScope): string {
  if (typeof scope === 'string') return scope;
  return 'brand' in scope ? `brand ${scope.brand}` : `${scope.skus.length} SKU(s)`;
}

/** `POST /embed_batch`. */
export const embedBatchRequest = z.object({
  scope: batchScope,
  /** Photos that are committed together. */
  batch_size: z.int().min(1).max(5000).default(500),
});
export type EmbedBatchRequest = z.input<typeof embedBatchRequest>;

/** A run as `GET /status` and `POST /embed_batch` (202) tell it. */
export const batchRun = z.object({
  id: z.string(),
  scope: batchScope,
  state: z.enum(['running', 'paused', 'done', 'cancelled', 'failed']),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  /** Photos a second over the last minute. */
  rate: z.number(),
  /** Seconds to the end at that rate; null while nothing is known. */
  eta_seconds: z.number().nullable(),
  started: z.iso.datetime(),
  ended: z.iso.datetime().nullable(),
  /** Photos that could not be read, the newest first, at most 100; `GET /unreadable` has all. */
  unreadable: z.array(z.object({ key: z.string(), reason: z.string() })),
});
export type BatchRun = z.infer<typeof batchRun>;

/** What `GET /status` answers. */
export const batchStatus = z.object({ current: batchRun.nullable(), last: batchRun.nullable() });
export type BatchStatus = z.infer<typeof batchStatus>;

/** What does not belong together among originals, photos and embeddings. */
export const holeKind = z.enum([
  /** An original in the storage that no row of photos names. */
  'original-without-photo',
  /** A row of photos whose original is not in the storage. */
  'photo-without-original',
  /** A photo of the scope `all` without an up-to-date embedding, that is not known to be unreadable. */
  'photo-without-embedding',
  /** An embedding whose photo is gone. */
  'embedding-without-photo',
]);
export type HoleKind = z.infer<typeof holeKind>;

/** `GET /reconcile`: the storage's originals, the photos and the embeddings, compared. */
export const reconciliation = z.object({
  originals: z.int(),
  photos: z.int(),
  /** Of the model that runs. */
  embeddings: z.int(),
  /** Of models before it. */
  outdated_embeddings: z.int(),
  /** Photos that could not be read; `GET /unreadable` names them. They are no holes. */
  unreadable: z.int(),
  /** Whether a run is open: what it has not come to yet counts as a hole. */
  run_open: z.boolean(),
  /** Each kind of hole, with the first names; none where there is none. */
  holes: z.array(z.object({ kind: holeKind, count: z.int().min(1), first: z.array(z.string()) })),
});
export type Reconciliation = z.infer<typeof reconciliation>;
