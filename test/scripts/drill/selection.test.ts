import { describe, expect, it } from 'vitest';
import { parseCells, parseCount, planTrials } from '../../../scripts/drill/selection.ts';

describe('parseCells', () => {
  it.each([
    [undefined, 1, 20],
    ['', 1, 20],
    ['7', 7, 7],
    ['3-20', 3, 20],
  ])('reads %s', (text, from, to) => expect(parseCells(text, 20)).toEqual({ from, to }));

  it.each(['0', '21', '3-2', 'a', '1-21', '-3'])('refuses %s', (text) =>
    expect(() => parseCells(text, 20)).toThrow('between 1 and 20'),
  );
});

it('reads counts from 1 on', () => {
  expect(parseCount('runs', '3')).toBe(3);
  expect(parseCount('runs', undefined)).toBeUndefined();
  for (const text of ['0', '-1', '1.5', 'x']) expect(() => parseCount('runs', text)).toThrow(RangeError);
});

it('plans all cells once, then all again', () => {
  expect(planTrials({ from: 2, to: 3 }, 2)).toEqual([
    { cell: 2, run: 1 },
    { cell: 3, run: 1 },
    { cell: 2, run: 2 },
    { cell: 3, run: 2 },
  ]);
});
