import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../../src/lib/common/text/lines.ts';

describe('LineReader', () => {
  it('brings the same lines however the bytes were cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(100)), (written, cuts) => {
        const bytes = Buffer.from(written);
        const lines: string[] = [];
        const reader = new LineReader((line) => lines.push(line));
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        for (const [index, start] of at.entries()) reader.write(bytes.subarray(start, at[index + 1]));
        reader.end();
        expect(lines).toEqual(expected(written));
      }),
    );
  });
});

/** The lines of a text; behind the last line's end there is none. */
function expected(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
