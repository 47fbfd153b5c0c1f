import sharp, { type Sharp } from 'sharp';

/** A photo of nothing: noise of a given colour, so that different colours are different photos. */
export function photo(
  colour: string,
  { width = 300, height = 400 }: { width?: number; height?: number } = {},
): Sharp {
  const noise = sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  });
  return noise.tint(colour);
}
