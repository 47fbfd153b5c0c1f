import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { countPaths, PATH_COLUMNS, pathRow } from '../../../../src/lib/operations/network/path-table.ts';
import type { PathVerdict } from '../../../../src/lib/operations/network/path-verdict.ts';

const path = (verdict: PathVerdict['verdict']): PathVerdict => ({
  from: 'push',
  to: 'embedder',
  port: 8003,
  service: 'embedder',
  expected: 'open',
  found: 'refused',
  verdict,
  note: 'is it deployed?',
});

it('has a cell a column', () => {
  const row = pathRow(path('wrong')).map(stripVTControlCharacters);
  expect(row).toEqual(['✘', 'push', 'embedder', '8003', 'embedder', 'open', 'refused', 'is it deployed?']);
  expect(row).toHaveLength(PATH_COLUMNS.length);
});

it('counts the paths by verdict', () => {
  expect(countPaths([path('right'), path('wrong'), path('right')])).toEqual({
    right: 2,
    wrong: 1,
    unknown: 0,
  });
});
