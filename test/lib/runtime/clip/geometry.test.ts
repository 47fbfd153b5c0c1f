import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIP_SIDE, clipGeometry } from '../../../../src/lib/runtime/clip/geometry.ts';

const side = fc.integer({ min: 1, max: 20_000 });

describe('clipGeometry', () => {
  it.each([
    [600, 900, { width: 224, height: 336, left: 0, top: 56 }],
    [1024, 683, { width: 335, height: 224, left: 55, top: 0 }],
    [224, 224, { width: 224, height: 224, left: 0, top: 0 }],
    // 298.67 and 37: cut off, not rounded.
    [180, 240, { width: 224, height: 298, left: 0, top: 37 }],
  ])('of %i×%i', (width, height, expected) => {
    expect(clipGeometry(width, height)).toEqual(expected);
  });

  it('makes the shortest side 224, keeps the proportions, and puts the square inside', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const made = clipGeometry(width, height);
        expect(Math.min(made.width, made.height)).toBe(CLIP_SIDE);
        const exact = (CLIP_SIDE * Math.max(width, height)) / Math.min(width, height);
        expect(exact - Math.max(made.width, made.height)).toBeGreaterThanOrEqual(0);
        expect(exact - Math.max(made.width, made.height)).toBeLessThan(1);
        expect(made.left).toBeGreaterThanOrEqual(0);
        expect(made.top).toBeGreaterThanOrEqual(0);
        expect(made.left + CLIP_SIDE).toBeLessThanOrEqual(made.width);
        expect(made.top + CLIP_SIDE).toBeLessThanOrEqual(made.height);
      }),
    );
  });

  it('is the same turned by 90 degrees', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { width: w, height: h, left, top } = clipGeometry(width, height);
        expect(clipGeometry(height, width)).toEqual({ width: h, height: w, left: top, top: left });
      }),
    );
  });
});
