import { describe, expect, it } from 'vitest';
import { renderRow, withRow } from '../../../scripts/drill/record.ts';

const about = { name: 'deploy-kill', cells: '1-4', machine: '2 cores', commit: 'abc', planned: 4 };
const progress = {
  seed: 7,
  digest: 'd',
  began: '2026-03-01T14:05:09.123Z',
  results: [
    { cell: 1, run: 1, seconds: 1.4 },
    { cell: 2, run: 1, seconds: 2.2, failure: 'a | b\nc' },
  ],
};
const row = renderRow(progress, about);

describe('the record of drills', () => {
  it('says when, where, what, and what failed first', () => {
    expect(row).toBe(
      String.raw`| 2026-03-01 14:05:09 | deploy-kill | 2 cores | abc | 7 | 1-4 | 1 | 1 | 4 s | 2/1: a \| b c; interrupted, 2 open |`,
    );
  });

  it('has a row a run: one that went on after an interruption takes its own row’s place', () => {
    const head = '# Drills\n\n| began |\n|---|\n';
    const once = withRow(head, row);
    expect(once).toBe(`${head}${row}\n`);
    const other = renderRow({ ...progress, began: '2026-03-02T14:05:09.123Z' }, about);
    const finished = renderRow(progress, { ...about, planned: 2 });
    expect(finished).not.toContain('interrupted');
    expect(withRow(withRow(once, other), finished)).toBe(`${head}${finished}\n${other}\n`);
  });
});
