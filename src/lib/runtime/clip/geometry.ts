/** The side of the square that CLIP sees, in pixels. */
export const CLIP_SIDE = 224;

/** Where CLIP's square lies in a picture: its size after scaling, and the square's corner in that. */
export interface ClipGeometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/**
 * CLIP's reference geometry: the shortest side becomes 224, the longer side's fraction is cut off rather than
 * rounded, and the square's corner is rounded down.
 *
 * @param width Width in pixels, upright (after the EXIF orientation).
 * @param height Height in pixels, upright.
 */
export function clipGeometry(width: number, height: number): ClipGeometry {
  const short = Math.min(width, height);
  // Multiplied first: dividing first would lose a pixel where the quotient is whole.
  const scaled = (side: number) => (side === short ? CLIP_SIDE : Math.trunc((CLIP_SIDE * side) / short));
  const size = { width: scaled(width), height: scaled(height) };
  return {
    ...size,
    left: Math.floor((size.width - CLIP_SIDE) / 2),
    top: Math.floor((size.height - CLIP_SIDE) / 2),
  };
}
