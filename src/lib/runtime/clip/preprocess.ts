import sharp, { type Sharp } from 'sharp';
import { enlarge } from './bicubic.ts';
import { CLIP_SIDE, clipGeometry } from './geometry.ts';
import { asImageError, decoding, openPhoto, type Photo, type PhotoLimits } from '../photos/image/photo.ts';

/**
 * Names what is done to a photo before the model sees it. It stands in every vector's model id: a change that
 * moves vectors takes a new name.
 */
export const PREPROCESSING = 'clip224-1';

/** Mean and deviation of the three colours in the data that CLIP was trained on (OpenAI's reference code). */
const MEAN = [0.48145466, 0.4578275, 0.40821073] as const;
const DEVIATION = [0.26862954, 0.26130258, 0.27577711] as const;
const PIXELS = CLIP_SIDE * CLIP_SIDE;
/** How long one photo may take to decode, in seconds: a JPEG of a thousand scans would take minutes. */
const DECODE_SECONDS = 10;

/** The model's input for a colour channel, by the pixel's value. */
const TABLES = MEAN.map((mean, channel) =>
  Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / (DEVIATION[channel] ?? 1)),
);

/**
 * What CLIP's reference preprocessing makes of a photo, before normalisation: upright, RGB, bicubic with
 * antialiasing, centre crop.
 *
 * @returns 224×224 pixels, three bytes each, row by row.
 * @throws ImageError
 */
export async function clipPixels(bytes: Buffer, limits: PhotoLimits): Promise<Uint8Array> {
  const photo = await openPhoto(bytes, limits);
  const { width, height, left, top } = clipGeometry(photo.width, photo.height);
  try {
    const image = await upright(photo, limits);
    if (Math.min(photo.width, photo.height) < CLIP_SIDE) {
      const source = { data: await rgb(photo, image), width: photo.width, height: photo.height };
      return enlarge(source, { width, height, left, top, side: CLIP_SIDE });
    }
    const square = image
      // Shrinking while loading is faster and up to 4 of 255 off the reference.
      .resize(width, height, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false })
      .extract({ left, top, width: CLIP_SIDE, height: CLIP_SIDE });
    return await rgb(photo, square);
  } catch (cause) {
    throw asImageError(cause);
  }
}

/**
 * The model's input: float32, one plane a colour, normalised.
 *
 * @param pixels What {@link clipPixels} answers.
 */
export function clipTensor(pixels: Uint8Array): Float32Array {
  const tensor = new Float32Array(3 * PIXELS);
  const [red, green, blue] = TABLES as [Float32Array, Float32Array, Float32Array];
  for (let pixel = 0, at = 0; pixel < PIXELS; pixel++, at += 3) {
    tensor[pixel] = red[pixels[at] as number] as number;
    tensor[PIXELS + pixel] = green[pixels[at + 1] as number] as number;
    tensor[2 * PIXELS + pixel] = blue[pixels[at + 2] as number] as number;
  }
  return tensor;
}

/**
 * The photo upright and without its alpha channel. The reference drops alpha before it scales, and sharp would
 * weigh the colours by it; so such a photo is decoded first and scaled second.
 */
async function upright(photo: Photo, limits: PhotoLimits): Promise<Sharp> {
  const image = sharp(photo.bytes, decoding(limits)).autoOrient();
  if (!photo.hasAlpha) return image;
  const data = await rgb(photo, image);
  return sharp(data, { raw: { width: photo.width, height: photo.height, channels: 3 } });
}

/** An image's pixels, three bytes each. */
async function rgb(photo: Photo, image: Sharp): Promise<Uint8Array> {
  const bounded = image.timeout({ seconds: DECODE_SECONDS });
  if (photo.colours !== 'cmyk') return bounded.toColourspace('srgb').removeAlpha().raw().toBuffer();
  const inks = await bounded.pipelineColourspace('cmyk').toColourspace('cmyk').raw().toBuffer();
  return cmykToRgb(inks);
}

/** The plain conversion that the reference does; one by colour profiles is 12 of 255 away from it. */
function cmykToRgb(inks: Uint8Array): Uint8Array {
  const out = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const white = 255 - (inks[from + 3] as number);
    for (let ink = 0; ink < 3; ink++) {
      out[to + ink] = white - Math.round(((inks[from + ink] as number) * white) / 255);
    }
  }
  return out;
}
