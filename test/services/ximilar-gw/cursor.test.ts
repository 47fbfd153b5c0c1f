import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_SEEN, readCursor, writeCursor } from '../../../src/services/ximilar-gw/cursor.ts';

const question = {
  image_url: 'http://images/1.jpg',
  box: [0, 0, 0.5, 1] as [number, number, number, number],
};
const bad = (message: string) =>
  expect.objectContaining({ status: 400, code: 'BAD_CURSOR', message }) as Error;

describe('a cursor', () => {
  it('brings back what was seen', () => {
    assert(
      property(array(string({ unit: 'grapheme' })), (seen) => {
        const after = writeCursor(question, seen);
        expect(after).toMatch(/^[\w-]+$/);
        expect(readCursor(question, after ?? '')).toEqual(seen);
      }),
    );
    expect(readCursor(question, undefined)).toEqual([]);
  });

  it('belongs to one question, however its brands are ordered, whichever source is asked', () => {
    const asked = { ...question, brands: ['zara', 'oysho'] };
    const after = writeCursor(asked, ['zara/1']) ?? '';
    expect(readCursor({ ...asked, brands: ['oysho', 'zara'] }, after)).toEqual(['zara/1']);
    for (const other of [
      question,
      { ...asked, category: 'dress' },
      { ...asked, image_url: 'http://images/2.jpg' },
      { ...asked, box: undefined },
    ]) {
      expect(() => readCursor(other, after)).toThrow(bad('after: it is the cursor of another search'));
    }
  });

  it('is refused where it is none', () => {
    const inflates = 'x'.repeat(10_000_000);
    for (const after of [
      '',
      'x',
      '%%%',
      Buffer.from('{}').toString('base64url'),
      writeCursor(question, [inflates]) ?? '',
    ]) {
      expect(() => readCursor(question, after)).toThrow(bad('after: it is not a cursor'));
    }
  });

  it('ends, and stays short', () => {
    const seen = Array.from({ length: MOST_SEEN }, (_, index) => `massimo-dutti/SKU-${index * 7919}`);
    expect((writeCursor(question, seen) ?? '').length).toBeLessThan(16_000);
    expect(writeCursor(question, [...seen, 'one/more'])).toBeNull();
  });
});
