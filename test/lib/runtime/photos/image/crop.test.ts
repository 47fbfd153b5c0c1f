import { assert, asyncProperty, double, integer, tuple } from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cropPhoto } from '../../../../../src/lib/runtime/photos/image/crop.ts';

const LIMITS = { maxPixels: 10_000_000 };
const OPTIONS = { limits: LIMITS, longest: 1024, quality: 95 };

/** Left half red, right half blue; upright 200 wide and 100 high. */
async function halves(): Promise<Buffer> {
  const red = { r: 255, g: 0, b: 0 };
  const blue = await sharp({ create: { width: 100, height: 100, channels: 3, background: 'blue' } })
    .png()
    .toBuffer();
  return sharp({ create: { width: 200, height: 100, channels: 3, background: red } })
    .composite([{ input: blue, left: 100, top: 0 }])
    .png()
    .toBuffer();
}

async function colourOf(jpeg: Buffer): Promise<string> {
  const { channels } = await sharp(jpeg).stats();
  return channels.map(({ mean }) => (mean > 128 ? '1' : '0')).join('');
}

describe('cropPhoto', () => {
  it('cuts the part out', async () => {
    const photo = await halves();
    const left = await cropPhoto(photo, { ...OPTIONS, part: [0, 0, 0.5, 1] });
    const right = await cropPhoto(photo, { ...OPTIONS, part: [0.5, 0.25, 0.5, 0.5] });
    expect([left.width, left.height, await colourOf(left.jpeg)]).toEqual([100, 100, '100']);
    expect([right.width, right.height, await colourOf(right.jpeg)]).toEqual([100, 50, '001']);
  });

  it('means the upright photo, and leaves the metadata behind', async () => {
    // Stored rotated: shown upright, its left half is red.
    const photo = await sharp(await halves())
      .rotate(90)
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 8 })
      .toBuffer();
    const { jpeg, width, height } = await cropPhoto(photo, { ...OPTIONS, part: [0, 0, 0.5, 1] });
    expect([width, height, await colourOf(jpeg)]).toEqual([100, 100, '100']);
    const { orientation, exif } = await sharp(jpeg).metadata();
    expect([orientation, exif]).toEqual([undefined, undefined]);
  });

  it('scales down to the longest side, never up', async () => {
    const photo = await halves();
    expect(await cropPhoto(photo, { ...OPTIONS, longest: 50 })).toMatchObject({ width: 50, height: 25 });
    expect(await cropPhoto(photo, { ...OPTIONS, longest: 5000 })).toMatchObject({ width: 200, height: 100 });
  });

  it('answers a picture inside the photo for any part at all', async () => {
    const photo = await halves();
    const share = double({ min: -1, max: 2, noNaN: true });
    await assert(
      asyncProperty(
        tuple(share, share, share, share),
        integer({ min: 16, max: 300 }),
        async (part, longest) => {
          const { width, height } = await cropPhoto(photo, { ...OPTIONS, longest, part });
          expect(width).toBeGreaterThanOrEqual(1);
          expect(width).toBeLessThanOrEqual(200);
          expect(height).toBeLessThanOrEqual(100);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('drops transparency, and refuses what is no photo', async () => {
    const glass = await sharp({
      create: { width: 50, height: 50, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    expect(await colourOf((await cropPhoto(glass, OPTIONS)).jpeg)).toBe('100');
    await expect(cropPhoto(Buffer.from('words'), OPTIONS)).rejects.toMatchObject({ code: 'NOT_AN_IMAGE' });
    await expect(cropPhoto(await halves(), { ...OPTIONS, limits: { maxPixels: 100 } })).rejects.toMatchObject(
      {
        code: 'IMAGE_TOO_LARGE',
      },
    );
  });
});
