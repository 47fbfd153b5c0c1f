import { describe, expect, it } from 'vitest';
import { cut, displayWidth } from '../../../../src/lib/common/text/width.ts';

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['🚀', 2],
    ['無印', 4],
    ['cafe\u0301', 4],
    ['\u001B[31mred\u001B[39m', 3],
    ['✔ ● ✘ …', 7],
    ['', 0],
  ])('%j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cut', () => {
  it('leaves what fits alone', () => {
    expect(cut('abc', 3)).toBe('abc');
  });

  it('keeps the colour of what stays, and ends it', () => {
    expect(cut('\u001B[31mabcdef\u001B[39m', 4)).toBe('\u001B[31mabc…\u001B[0m');
  });

  it('cuts behind signs as exactly as behind letters', () => {
    expect(cut('● up ✘ down → gone', 9)).toBe('● up ✘ d…');
  });

  it('leaves no half of a wide character', () => {
    expect(cut('無印良品', 4)).toBe('無…');
  });
});
