import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { enlarge } from '../../../../src/lib/runtime/clip/bicubic.ts';

it('leaves a plain picture plain, whatever the sizes and the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(10),
      (width, height, value, offset) => {
        const source = { data: new Uint8Array(width * height * 3).fill(value), width, height };
        const window = {
          width: width * 3 + 30,
          height: height * 3 + 30,
          left: offset,
          top: offset,
          side: 20,
        };
        expect(enlarge(source, window).every((pixel) => pixel === value)).toBe(true);
      },
    ),
  );
});

it('cuts the same square out as if the whole had been enlarged', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8 * 8 * 3, maxLength: 8 * 8 * 3 }),
      fc.nat(12),
      fc.nat(12),
      (data, left, top) => {
        const source = { data, width: 8, height: 8 };
        const whole = enlarge(source, { width: 20, height: 20, left: 0, top: 0, side: 20 });
        const part = enlarge(source, { width: 20, height: 20, left, top, side: 8 });
        for (let row = 0; row < 8; row++) {
          const from = ((top + row) * 20 + left) * 3;
          expect(part.subarray(row * 24, (row + 1) * 24)).toEqual(whole.subarray(from, from + 24));
        }
      },
    ),
  );
});
