import os from 'node:os';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { RerankRequest } from '../../contracts/rerank.ts';
import { cropPhoto } from '../../lib/runtime/photos/image/crop.ts';
import type { PhotoSource } from '../../lib/runtime/photos/photo-source.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';

/** A candidate with the picture that the model is shown of it. */
export interface Shown {
  readonly sku: string;
  readonly title: string | null;
  readonly jpeg: Buffer;
}

/** What {@link Pictures} are made of. */
export interface PicturesOptions {
  readonly photos: Pick<PhotoSource, 'bytes'>;
  readonly maxPixels: number;
  /** The longest side of a picture as the model is shown it, in pixels. */
  readonly longest: number;
}

const QUALITY = 80;
/** The same products are candidates again and again; their pictures take some 15 KB each. */
const KEPT_BYTES = 64 * 1024 * 1024;
const KEPT_MS = 3_600_000;
/** How many photos are fetched at a time for one request. */
const FETCHES = 10;
/** libuv has four threads for decoding, and one of them stays free for name lookups. */
const MAX_DECODERS = 3;

/** Makes the small pictures that the model is shown. */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #decoding = pLimit(Math.min(MAX_DECODERS, os.availableParallelism()));
  readonly #products = new LRUCache<string, Buffer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (jpeg) => jpeg.length + 1,
    ttl: KEPT_MS,
  });

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  /**
   * The garment.
   *
   * @throws FetchError, ImageError
   */
  garment({ image_url, box }: RerankRequest, deadline: Deadline): Promise<Buffer> {
    return this.#picture(image_url, box, deadline);
  }

  /**
   * The first candidates whose photos can be had in time, in their order; a photo that cannot be had costs its candidate
   * no more than its place among those that are shown.
   *
   * @param most How many candidates, at most.
   */
  async candidates({ candidates }: RerankRequest, most: number, deadline: Deadline): Promise<Shown[]> {
    const fetching = pLimit(FETCHES);
    const shown = candidates.slice(0, most).map(({ sku, title, image_url }) =>
      fetching(async (): Promise<Shown[]> => {
        try {
          return [{ sku, title: title ?? null, jpeg: await this.#product(image_url, deadline) }];
        } catch {
          return [];
        }
      }),
    );
    return (await Promise.all(shown)).flat();
  }

  async #product(url: string, deadline: Deadline): Promise<Buffer> {
    const known = this.#products.get(url);
    if (known !== undefined) return known;
    const jpeg = await this.#picture(url, undefined, deadline);
    this.#products.set(url, jpeg);
    return jpeg;
  }

  async #picture(url: string, part: RerankRequest['box'], { signal }: Deadline): Promise<Buffer> {
    const { photos, maxPixels, longest } = this.#options;
    const bytes = await photos.bytes(url, signal);
    const { jpeg } = await this.#decoding(() => {
      signal.throwIfAborted();
      return cropPhoto(bytes, { part, longest, quality: QUALITY, limits: { maxPixels } });
    });
    return jpeg;
  }
}
