import os from 'node:os';
import pLimit from 'p-limit';
import type { Box } from '../../contracts/garment.ts';
import { cropPhoto, type Crop } from '../../lib/runtime/photos/image/crop.ts';
import type { PhotoSource } from '../../lib/runtime/photos/photo-source.ts';

/** A garment in a photo; without a box, the whole photo. */
export interface CroppedGarment {
  readonly imageUrl: string;
  readonly box?: Box | undefined;
}

/** For Ximilar: what it looks at is no larger anyway. */
const FOR_XIMILAR = { longest: 1024, quality: 88 };
/** For the embedder: nothing is lost that it could see. */
const FOR_EMBEDDER = { longest: 2048, quality: 95 };
/** libuv has four threads for decoding, and one of them stays free for name lookups. */
const MAX_DECODERS = 3;

/** Fetches photos and cuts garments out of them, a few at a time: a decoded photo takes up to 150 MB. */
export class Pictures {
  readonly #photos: PhotoSource;
  readonly #limits: { readonly maxPixels: number };
  readonly #decoding = pLimit(Math.min(MAX_DECODERS, os.availableParallelism()));

  constructor(photos: PhotoSource, limits: { readonly maxPixels: number }) {
    this.#photos = photos;
    this.#limits = limits;
  }

  /**
   * A garment as Ximilar is shown it.
   *
   * @throws FetchError, ImageError
   */
  async forXimilar(garment: CroppedGarment, signal: AbortSignal): Promise<Crop> {
    return this.#cut(await this.#photos.bytes(garment.imageUrl, signal), garment, FOR_XIMILAR, signal);
  }

  /**
   * A garment as the embedder is sent it; a whole photo goes as it is, so that it gets the vector that the catalogue's
   * photo of the same bytes has.
   *
   * @throws FetchError, ImageError
   */
  async forEmbedder(garment: CroppedGarment, signal: AbortSignal): Promise<Buffer> {
    const bytes = await this.#photos.bytes(garment.imageUrl, signal);
    if (isWhole(garment.box)) return bytes;
    return (await this.#cut(bytes, garment, FOR_EMBEDDER, signal)).jpeg;
  }

  /** Fetches a garment's photo, so that what cuts it out finds it there. */
  async fetch({ imageUrl }: CroppedGarment, signal: AbortSignal): Promise<void> {
    await this.#photos.bytes(imageUrl, signal);
  }

  #cut(bytes: Buffer, { box }: CroppedGarment, size: typeof FOR_XIMILAR, signal: AbortSignal): Promise<Crop> {
    return this.#decoding(() => {
      signal.throwIfAborted();
      return cropPhoto(bytes, { ...size, limits: this.#limits, part: isWhole(box) ? undefined : box });
    });
  }
}

function isWhole(box: Box | undefined): boolean {
  if (box === undefined) return true;
  const [left, top, width, height] = box;
  return left <= 0 && top <= 0 && left + width >= 1 && top + height >= 1;
}
