import sharp from 'sharp';

/** How many cells a side of the grid has on which regions are looked for. */
export const FINE = 48;
/** The same for comparing pictures: coarse, so that a scaled or newly written one stays itself. */
const COARSE = 8;

/** What a simulator sees of a picture: its size and its colours on a grid, upright. */
export class Picture {
  readonly width: number;
  readonly height: number;
  /** {@link FINE} by {@link FINE} cells, three numbers of 0 to 255 each, row by row. */
  readonly cells: Uint8Array;
  readonly #coarse: Uint8Array;

  private constructor(width: number, height: number, cells: Uint8Array, coarse: Uint8Array) {
    this.width = width;
    this.height = height;
    this.cells = cells;
    this.#coarse = coarse;
  }

  /** Reads a picture; throws where it is none. */
  static async read(bytes: Buffer): Promise<Picture> {
    const { autoOrient } = await sharp(bytes).metadata();
    const [cells, coarse] = await Promise.all([grid(bytes, FINE), grid(bytes, COARSE)]);
    return new Picture(autoOrient.width, autoOrient.height, cells, coarse);
  }

  /** How far another picture is from this one: 0 is the same, 1 is white from black. */
  distance(other: Picture): number {
    let sum = 0;
    for (const [index, cell] of this.#coarse.entries()) sum += (cell - (other.#coarse[index] ?? 0)) ** 2;
    return Math.sqrt(sum / this.#coarse.length) / 255;
  }

  /** Its mean colour. */
  get colour(): Colour {
    const mean = (channel: number) =>
      this.#coarse.reduce((sum, value, index) => sum + (index % 3 === channel ? value : 0), 0) / COARSE ** 2;
    return [mean(0), mean(1), mean(2)];
  }
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

async function grid(bytes: Buffer, side: number): Promise<Uint8Array> {
  const image = sharp(bytes).autoOrient().removeAlpha().toColourspace('srgb');
  return new Uint8Array(await image.resize(side, side, { fit: 'fill' }).raw().toBuffer());
}
