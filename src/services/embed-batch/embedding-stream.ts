import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { clipPixels, clipTensor } from '../../lib/runtime/clip/preprocess.ts';
import { ImageError } from '../../lib/runtime/photos/image/image-error.ts';
import { NoSuchObject, ObjectRefused, ObjectTooLarge } from '../../lib/runtime/stores/objects.ts';
import type { Embedding, PendingPhoto, Unreadable } from './catalogue.ts';

/** What a stream of photos is made into embeddings with. */
export interface StreamParts {
  /** Reads an original. */
  readonly fetch: (key: string, signal: AbortSignal) => Promise<Buffer>;
  /** The vector of a photo's input for the model. */
  readonly infer: (tensor: Float32Array, signal: AbortSignal) => Promise<Float32Array>;
  readonly maxPixels: number;
  /** How many photos are on their way at a time. */
  readonly inFlight: number;
  /** How many are decoded at a time. */
  readonly decoders: number;
}

/** What became of a photo. */
export type Embedded = Embedding | Unreadable;

/** So many photos refused in a row are the storage's trouble, not theirs. */
const REFUSALS = 24;

/** A photo that the storage refused: its own trouble, or everybody's. */
interface Refused {
  readonly photo: PendingPhoto;
  readonly refused: ObjectRefused;
}

/**
 * Makes photos into embeddings, many at a time and in no order: while some are fetched, others are decoded, and the
 * model always has a batch waiting. A photo that cannot be read is an answer of its own; a storage or a model that
 * fails is an error that ends the stream. A storage that refuses one photo after the other has failed; one that
 * answers others meanwhile has not.
 *
 * @param photos Asked for as there is room, so that memory stays bounded.
 */
export async function* embedPhotos(
  parts: StreamParts,
  photos: AsyncIterator<PendingPhoto>,
  signal: AbortSignal,
): AsyncGenerator<Embedded> {
  const decoding = pLimit(parts.decoders);
  const underWay = new Map<string, Promise<{ id: string; embedded: Embedded | Refused }>>();
  const doubtful: Unreadable[] = [];
  const start = (photo: PendingPhoto) => {
    const work = embed(parts, decoding, photo, signal).then((embedded) => ({ id: photo.id, embedded }));
    // It is awaited below; until then a failure must not count as unhandled.
    work.catch(() => undefined);
    underWay.set(photo.id, work);
  };
  let more = true;
  while (more || underWay.size > 0) {
    while (more && underWay.size < parts.inFlight) {
      const next = await photos.next();
      if (next.done === true) more = false;
      else start(next.value);
    }
    if (underWay.size === 0) break;
    signal.throwIfAborted();
    const { id, embedded } = await Promise.race(underWay.values());
    underWay.delete(id);
    if ('refused' in embedded) {
      if (doubtful.push({ photo: embedded.photo, reason: embedded.refused.message }) < REFUSALS) continue;
      throw embedded.refused;
    }
    yield* doubtful.splice(0);
    yield embedded;
  }
  yield* doubtful;
}

async function embed(
  parts: StreamParts,
  decoding: (work: () => Promise<Uint8Array>) => Promise<Uint8Array>,
  photo: PendingPhoto,
  signal: AbortSignal,
): Promise<Embedded | Refused> {
  try {
    const bytes = await parts.fetch(photo.key, signal);
    const hash = createHash('sha256').update(bytes).digest();
    if (!hash.equals(photo.contentHash)) {
      return { photo, reason: 'its content is not the one that the catalogue knows' };
    }
    const pixels = await decoding(() => {
      signal.throwIfAborted();
      return clipPixels(bytes, { maxPixels: parts.maxPixels });
    });
    return { photo, vector: await parts.infer(clipTensor(pixels), signal) };
  } catch (error) {
    if (error instanceof ImageError || error instanceof NoSuchObject || error instanceof ObjectTooLarge) {
      return { photo, reason: error.message };
    }
    if (error instanceof ObjectRefused) return { photo, refused: error };
    throw error;
  }
}
