import sharp from 'sharp';
import { asImageError, decoding, openPhoto, type PhotoLimits } from './photo.ts';

/** Part of a photo as shares of its upright width and height: left, top, width, height. */
export type Share = readonly [left: number, top: number, width: number, height: number];

/** How a crop is written. */
export interface CropOptions {
  readonly limits: PhotoLimits;
  /** The part that is wanted; the whole photo unless told otherwise. */
  readonly part?: Share | undefined;
  /** The longest side of the result in pixels; a larger one is scaled down. */
  readonly longest: number;
  /** JPEG quality, 1 to 100. From 90 on colours keep their full resolution. */
  readonly quality: number;
}

/** A JPEG and its size in pixels. */
export interface Crop {
  readonly jpeg: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A smaller part holds no garment; the part is widened to it where the photo allows. */
const LEAST_SIDE = 16;
/** How long one photo may take, in seconds. */
const SECONDS = 10;

/**
 * Cuts a part out of a photo, upright and without metadata, as a JPEG. A part that reaches beyond the photo ends at
 * its edge.
 *
 * @throws ImageError
 */
export async function cropPhoto(bytes: Buffer, options: CropOptions): Promise<Crop> {
  const photo = await openPhoto(bytes, options.limits);
  const { part, longest, quality } = options;
  try {
    const upright = sharp(photo.bytes, decoding(options.limits)).autoOrient().timeout({ seconds: SECONDS });
    const cut = part === undefined ? upright : upright.extract(rectangle(part, photo));
    const { data, info } = await cut
      .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .jpeg({ quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  } catch (cause) {
    throw asImageError(cause);
  }
}

/** The part in whole pixels, inside the photo. */
function rectangle(
  [left, top, width, height]: Share,
  photo: { readonly width: number; readonly height: number },
): { left: number; top: number; width: number; height: number } {
  const [x, wide] = span(left, width, photo.width);
  const [y, high] = span(top, height, photo.height);
  return { left: x, top: y, width: wide, height: high };
}

function span(from: number, length: number, side: number): [start: number, pixels: number] {
  const least = Math.min(LEAST_SIDE, side);
  const start = Math.round(clamp(from, 0, 1) * side);
  const end = Math.round(clamp(from + length, 0, 1) * side);
  const pixels = Math.max(least, end - start);
  return [Math.min(start, side - pixels), pixels];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
