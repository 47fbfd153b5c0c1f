import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Reconciliation } from '../../../../src/contracts/embed-batch.ts';
import { renderReconciliation } from '../../../../src/lib/operations/embed-batch/render.ts';

const whole: Reconciliation = {
  originals: 9,
  photos: 9,
  embeddings: 8,
  outdated_embeddings: 0,
  unreadable: 0,
  run_open: false,
  holes: [],
};
const rendered = (other: Partial<Reconciliation>) =>
  stripVTControlCharacters(renderReconciliation({ ...whole, ...other }));

describe('renderReconciliation', () => {
  it('says that there are no holes', () => {
    expect(rendered({})).toBe('9 originals, 9 photos, 8 embeddings\n✔ no holes');
  });

  it('names the first holes of each kind, and says how many more there are', () => {
    const first = Array.from({ length: 100 }, (_, n) => `originals/zara/${n}.jpg`);
    const text = rendered({
      unreadable: 2,
      holes: [
        { kind: 'photo-without-original', count: 250, first },
        { kind: 'embedding-without-photo', count: 1, first: ['embedding 7'] },
      ],
    });
    expect(text).not.toContain('no holes');
    expect(text).toContain('2 photo(s) cannot be read: unde embed-batch failures');
    expect(text).toContain(
      '✘ 250 photo(s) of the catalogue whose original is not in the storage:\n  originals/zara/0.jpg\n',
    );
    expect(text).toContain('  originals/zara/9.jpg\n  … 240 more; --json names the first 100\n');
    expect(text).toContain('✘ 1 embedding(s) whose photo is gone:\n  embedding 7');
  });

  it('says that a run is open, since what that has not come to counts', () => {
    expect(rendered({ run_open: true })).toContain('A run is open');
    expect(rendered({ outdated_embeddings: 5 })).toContain('5 embedding(s) of models before this one');
  });
});
