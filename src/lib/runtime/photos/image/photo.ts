import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { ImageError } from './image-error.ts';

// Only the formats that photos come in are ever decoded; libvips knows many more (SVG, PDF, camera raw), each of
// them a parser that somebody could feed.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});
// No photo comes twice, so libvips' cache of operations would only hold memory.
sharp.cache(false);
// Many photos at a time on one thread each beat one photo on many.
sharp.concurrency(1);

/** Bounds on what is decoded; all are checked on the header, before any pixel. */
export interface PhotoLimits {
  /** Width times height. */
  readonly maxPixels: number;
}

/** Shorter sides hold no garment: tracking pixels and spacers. */
const MIN_SIDE = 16;
/** The longest side over the shortest. Scaled to CLIP's 224, a strip of 1×10000 would be 2.2 million wide. */
const MAX_ASPECT = 20;

/** What is known of a photo before it is decoded. */
export interface Photo {
  readonly bytes: Buffer;
  readonly format: string;
  /** Upright size in pixels, after the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly colours: string;
}

/** sharp's options for a photo. The colour profile is ignored, as CLIP's reference preprocessing ignores it. */
export function decoding(limits: PhotoLimits): SharpOptions {
  return { failOn: 'error', limitInputPixels: limits.maxPixels, ignoreIcc: true, sequentialRead: true };
}

/**
 * Reads a photo's header and refuses what is not worth decoding, or dangerous to.
 *
 * @throws ImageError
 */
export async function openPhoto(bytes: Buffer, limits: PhotoLimits): Promise<Photo> {
  if (bytes.length === 0) throw new ImageError('NOT_AN_IMAGE', 'the image is empty (0 bytes)');
  const header = await readHeader(bytes);
  const { width, height } = header.autoOrient;
  if (width * height > limits.maxPixels) {
    throw new ImageError(
      'IMAGE_TOO_LARGE',
      `the image has ${width}×${height} pixels; at most ${limits.maxPixels} are taken`,
    );
  }
  if (Math.min(width, height) < MIN_SIDE) {
    throw new ImageError(
      'IMAGE_TOO_SMALL',
      `the image has ${width}×${height} pixels; a side has at least ${MIN_SIDE}`,
    );
  }
  if (Math.max(width, height) > MAX_ASPECT * Math.min(width, height)) {
    throw new ImageError(
      'IMAGE_TOO_LONG',
      `the image has ${width}×${height} pixels; one side is at most ${MAX_ASPECT} times the other`,
    );
  }
  return {
    bytes,
    format: header.format,
    width,
    height,
    hasAlpha: header.hasAlpha,
    colours: header.space,
  };
}

async function readHeader(bytes: Buffer): Promise<Metadata> {
  try {
    // The bound on pixels is ours to check: sharp's own answer to it does not tell the size.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (cause) {
    throw asImageError(cause);
  }
}

/** A decoder's complaint as one of ours. */
export function asImageError(thrown: unknown): ImageError {
  if (thrown instanceof ImageError) return thrown;
  const message = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
  if (/unsupported image format/i.test(message)) {
    return new ImageError('NOT_AN_IMAGE', 'this is not a JPEG, PNG, WebP, GIF or AVIF image', thrown);
  }
  return new ImageError('UNREADABLE_IMAGE', `the image cannot be decoded: ${message}`, thrown);
}
