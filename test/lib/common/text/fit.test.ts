import { describe, expect, it } from 'vitest';
import { viewport, wrapped } from '../../../../src/lib/common/text/fit.ts';

describe('wrapped', () => {
  it('breaks between words only', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('unbreakable', 4)).toEqual(['unbreakable']);
  });
});

describe('viewport', () => {
  const lines = ['head', ...Array.from({ length: 10 }, (_, index) => String(index))];

  it('shows everything that fits', () => {
    expect(viewport(lines, 11, 5)).toEqual({ lines, offset: 0 });
  });

  it('keeps the first line and says what is beyond', () => {
    expect(viewport(lines, 6, 0)).toEqual({ lines: ['head', '0', '1', '2', '3', '↓ 6 more'], offset: 0 });
    expect(viewport(lines, 6, 2).lines).toEqual(['head', '2', '3', '4', '5', '↑ 2 more   ↓ 4 more']);
  });

  it('stops at the end', () => {
    expect(viewport(lines, 6, 99)).toEqual({ lines: ['head', '6', '7', '8', '9', '↑ 6 more'], offset: 6 });
  });
});
