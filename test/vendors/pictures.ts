import sharp from 'sharp';

/** A garment in a photo: a rectangle of a colour, by shares of the photo (left, top, width, height). */
export interface DrawnGarment {
  readonly colour: string;
  readonly box: readonly [number, number, number, number];
}

/** Draws garments on a light background: a photo in which the simulators find them. */
export async function drawPhoto(
  garments: readonly DrawnGarment[],
  { width = 400, height = 600 }: { width?: number; height?: number } = {},
): Promise<Buffer> {
  const shapes = garments.map(({ colour, box: [x, y, wide, high] }) => {
    const [left, top] = [x * width, y * height];
    // A darker stripe, so that a garment is more than one colour.
    const stripe = `<rect x="${left}" y="${top + high * height * 0.4}" width="${wide * width}" height="${high * height * 0.2}" fill="black" fill-opacity="0.35"/>`;
    return `<rect x="${left}" y="${top}" width="${wide * width}" height="${high * height}" fill="${colour}"/>${stripe}`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#f4f2ee"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toBuffer();
}
