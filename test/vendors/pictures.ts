import sharp, { type OverlayOptions } from 'sharp';

/** A garment in a photo: a rectangle of a colour, by shares of the photo (left, top, width, height). */
export interface DrawnGarment {
  readonly colour: string;
  readonly box: readonly [number, number, number, number];
}

/** Draws garments on a light background, as a JPEG: a photo in which the simulators find them. */
export function drawPhoto(
  garments: readonly DrawnGarment[],
  { width = 400, height = 600 }: { width?: number; height?: number } = {},
): Promise<Buffer> {
  const rectangle = (background: string, [x, y, wide, high]: DrawnGarment['box']): OverlayOptions => ({
    input: {
      create: {
        width: Math.max(1, Math.round(wide * width)),
        height: Math.max(1, Math.round(high * height)),
        channels: 4,
        background,
      },
    },
    left: Math.round(x * width),
    top: Math.round(y * height),
  });
  return sharp({ create: { width, height, channels: 3, background: '#f4f2ee' } })
    .composite(
      garments.flatMap(({ colour, box: [x, y, wide, high] }) => [
        rectangle(colour, [x, y, wide, high]),
        // A darker stripe, so that a garment is more than one colour.
        rectangle('rgba(0, 0, 0, 0.35)', [x, y + high * 0.4, wide, high * 0.2]),
      ]),
    )
    .jpeg({ quality: 92 })
    .toBuffer();
}
