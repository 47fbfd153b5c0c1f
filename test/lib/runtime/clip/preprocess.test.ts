import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { clipPixels, clipTensor } from '../../../../src/lib/runtime/clip/preprocess.ts';

/** Images with what PIL and CLIP's reference code make of them; they live beside the repository. */
const FIXTURES = path.resolve(import.meta.dirname, '../../../../../shared/fixtures/clip-preprocess');
const limits = { maxPixels: 50_000_000 };

interface Fixture {
  readonly image: string;
  readonly reference: string;
}

function fixtures(): Fixture[] {
  if (!existsSync(FIXTURES)) return [];
  return JSON.parse(readFileSync(path.join(FIXTURES, 'index.json'), 'utf8')) as Fixture[];
}

async function referencePixels(file: string): Promise<Buffer> {
  return sharp(readFileSync(path.join(FIXTURES, file)))
    .removeAlpha()
    .raw()
    .toBuffer();
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

describe.skipIf(fixtures().length === 0)('clipPixels, against the reference', () => {
  it.each(fixtures().map(({ image, reference }) => [image, reference]))(
    '%s differs by at most 0.5 of 255 on average',
    async (image, reference) => {
      const pixels = await clipPixels(readFileSync(path.join(FIXTURES, image)), limits);
      expect(meanDifference(pixels, await referencePixels(reference))).toBeLessThanOrEqual(0.5);
    },
  );
});

describe('clipPixels', () => {
  const plain = (colour: object, channels: 3 | 4 = 3, width = 300, height = 400) =>
    sharp({ create: { width, height, channels, background: colour } });

  it('drops alpha without weighing colours by it', async () => {
    const half = await plain({ r: 200, g: 100, b: 50, alpha: 0.02 }, 4).png().toBuffer();
    expect([...(await clipPixels(half, limits)).subarray(0, 3)]).toEqual([200, 100, 50]);
  });

  it('makes three equal channels of gray', async () => {
    const gray = await plain({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer();
    expect([...(await clipPixels(gray, limits)).subarray(0, 3)]).toEqual([90, 90, 90]);
  });

  it('reads 16 bits a channel', async () => {
    const deep = await plain({ r: 200, g: 100, b: 50 }).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const [red = 0, green = 0, blue = 0] = await clipPixels(deep, limits);
    expect(Math.abs(red - 200) + Math.abs(green - 100) + Math.abs(blue - 50)).toBeLessThanOrEqual(3);
  });

  it('sees the whole of a small photo that is enlarged', async () => {
    // Left half black, right half white.
    const data = Buffer.from(Array.from({ length: 20 * 20 * 3 }, (_, i) => (i % 60 < 30 ? 0 : 255)));
    const png = await sharp(data, { raw: { width: 20, height: 20, channels: 3 } })
      .png()
      .toBuffer();
    const pixels = await clipPixels(png, limits);
    const row = [...pixels.subarray(0, 224 * 3)].filter((_, i) => i % 3 === 0);
    expect(row.slice(0, 90).every((value) => value === 0)).toBe(true);
    expect(row.slice(134).every((value) => value === 255)).toBe(true);
    expect(row[111]).toBe(255 - (row[112] ?? 0));
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('reads %s', async (format) => {
    const photo = await plain({ r: 200, g: 100, b: 50 }).toFormat(format).toBuffer();
    const pixels = await clipPixels(photo, limits);
    expect(pixels).toHaveLength(224 * 224 * 3);
    expect(Math.abs((pixels[0] ?? 0) - 200)).toBeLessThan(6);
  });

  it.each([
    ['nothing', 'NOT_AN_IMAGE', async () => Buffer.alloc(0)],
    ['words', 'NOT_AN_IMAGE', async () => Buffer.from('a photo, honestly')],
    [
      'a drawing that could name other files',
      'NOT_AN_IMAGE',
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"/>'),
    ],
    ['a format that no shop has', 'NOT_AN_IMAGE', async () => plain({ r: 1, g: 2, b: 3 }).tiff().toBuffer()],
    ['one pixel', 'IMAGE_TOO_SMALL', async () => plain({ r: 1, g: 2, b: 3 }, 3, 1, 1).png().toBuffer()],
    ['a strip', 'IMAGE_TOO_LONG', async () => plain({ r: 1, g: 2, b: 3 }, 3, 20, 10_000).png().toBuffer()],
    [
      'a strip lying',
      'IMAGE_TOO_LONG',
      async () => plain({ r: 1, g: 2, b: 3 }, 3, 10_000, 20).png().toBuffer(),
    ],
    [
      'its end cut off (JPEG)',
      'UNREADABLE_IMAGE',
      async () => (await noise().jpeg().toBuffer()).subarray(0, 20_000),
    ],
    [
      'its end cut off (PNG)',
      'UNREADABLE_IMAGE',
      async () => (await noise().png().toBuffer()).subarray(0, 20_000),
    ],
    [
      'its end cut off (WebP)',
      'UNREADABLE_IMAGE',
      async () => (await noise().webp().toBuffer()).subarray(0, 5000),
    ],
  ])('refuses %s', async (_, code, make) => {
    await expect(clipPixels(await make(), limits)).rejects.toMatchObject({ name: 'ImageError', code });
  });

  it('looks at the header alone to refuse a bomb', async () => {
    const bomb = await plain({ r: 0, g: 0, b: 0 }, 3, 9000, 9000).png().toBuffer();
    // Cut off right behind the header: there is nothing that could be decoded.
    const header = Buffer.from(bomb.subarray(0, 200));
    await expect(clipPixels(header, limits)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

function noise() {
  return sharp({
    create: {
      width: 300,
      height: 400,
      channels: 3,
      background: 'gray',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
}

describe('clipTensor', () => {
  it('makes planes, normalised', () => {
    const pixels = new Uint8Array(224 * 224 * 3);
    pixels.set([255, 128, 0], 3 * 7);
    const tensor = clipTensor(pixels);
    expect(tensor).toHaveLength(224 * 224 * 3);
    expect(tensor[7]).toBeCloseTo((1 - 0.48145466) / 0.26862954, 5);
    expect(tensor[224 * 224 + 7]).toBeCloseTo((128 / 255 - 0.4578275) / 0.26130258, 5);
    expect(tensor[2 * 224 * 224 + 7]).toBeCloseTo(-0.40821073 / 0.27577711, 5);
    expect(tensor[0]).toBeCloseTo(-0.48145466 / 0.26862954, 5);
  });
});
