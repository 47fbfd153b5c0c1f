import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batcher } from '../../../../src/lib/runtime/onnx/batcher.ts';

const never = new AbortController().signal;

/** A run that is finished by hand, batch by batch. */
function manual() {
  const batches: { items: readonly number[]; finish: (error?: Error) => void }[] = [];
  const batcher = new Batcher<number, string>({
    buckets: [1, 2, 4, 8],
    run: (items) =>
      new Promise((resolve, reject) => {
        batches.push({
          items,
          finish: (error) =>
            error === undefined ? resolve(items.map((item) => `<${item}>`)) : reject(error),
        });
      }),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { batcher, batches, turn };
}

describe('Batcher', () => {
  it('computes a lone item at once', () => {
    const { batcher, batches } = manual();
    void batcher.submit(1, never);
    expect(batches.map((batch) => batch.items)).toEqual([[1]]);
  });

  it('takes what gathered meanwhile in the largest size that is full, oldest first', async () => {
    const { batcher, batches, turn } = manual();
    const results = Array.from({ length: 14 }, (_, item) => batcher.submit(item, never));
    for (let batch = 0; batch < 4; batch++) {
      batches[batch]?.finish();
      await turn();
    }
    batches[4]?.finish();
    expect(batches.map((batch) => batch.items)).toEqual([
      [0],
      [1, 2, 3, 4, 5, 6, 7, 8],
      [9, 10, 11, 12],
      [13],
    ]);
    expect(await Promise.all(results)).toEqual(Array.from({ length: 14 }, (_, item) => `<${item}>`));
  });

  it('never computes what was aborted while it waited', async () => {
    const { batcher, batches, turn } = manual();
    const first = batcher.submit(1, never);
    const gone = new AbortController();
    const second = batcher.submit(2, gone.signal);
    const third = batcher.submit(3, never);
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect(batcher.waiting).toBe(1);
    batches[0]?.finish();
    await turn();
    expect(batches[1]?.items).toEqual([3]);
    batches[1]?.finish();
    expect(await Promise.all([first, third])).toEqual(['<1>', '<3>']);
    await expect(batcher.submit(4, gone.signal)).rejects.toThrow('gone');
  });

  it('goes on after a batch that failed', async () => {
    const { batcher, batches, turn } = manual();
    const first = batcher.submit(1, never);
    const second = batcher.submit(2, never);
    batches[0]?.finish(new Error('out of memory'));
    await expect(first).rejects.toThrow('out of memory');
    await turn();
    batches[1]?.finish();
    expect(await second).toBe('<2>');
  });

  it('answers each item with its own result, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (aborted) => {
        const sizes: number[] = [];
        const batcher = new Batcher<number, number>({
          buckets: [1, 2, 4, 8],
          run: async (items) => {
            sizes.push(items.length);
            await Promise.resolve();
            return items.map((item) => item * 10);
          },
        });
        const results = aborted.map((abort, item) => {
          const client = new AbortController();
          const result = batcher.submit(item, client.signal);
          if (abort) client.abort(new Error('gone'));
          return result;
        });
        const settled = await Promise.allSettled(results);
        for (const [item, outcome] of settled.entries()) {
          if (outcome.status === 'fulfilled') expect(outcome.value).toBe(item * 10);
          else expect(aborted[item]).toBe(true);
        }
        expect(sizes.every((size) => [1, 2, 4, 8].includes(size))).toBe(true);
        expect(batcher.waiting).toBe(0);
      }),
    );
  });

  it('needs a size of one', () => {
    expect(() => new Batcher({ buckets: [2], run: async () => [] })).toThrow(RangeError);
  });
});
