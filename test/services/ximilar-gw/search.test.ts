import { describe, expect, it } from 'vitest';
import type { SearchBackend } from '../../../src/contracts/gateway.ts';
import { ClientGone } from '../../../src/lib/runtime/process/client-gone.ts';
import { ImageError } from '../../../src/lib/runtime/photos/image/image-error.ts';
import { Deadline } from '../../../src/lib/runtime/call/deadline.ts';
import type { Product } from '../../../src/services/ximilar-gw/product.ts';
import { search, type SearchPlan } from '../../../src/services/ximilar-gw/search.ts';
import type { Source } from '../../../src/services/ximilar-gw/source.ts';
import { product } from './products.ts';

const SURE = [product('A', 0.95), product('B', 0.6)];
const UNSURE = [product('A', 0.82), product('B', 0.8)];
const OTHERS = [product('X', 0.5), product('B', 0.4)];

/** A source that answers, or fails, and says how often it was asked. */
function source(answer: readonly Product[] | Error, more = false): Source & { asked: number; time: number } {
  const made = {
    asked: 0,
    time: 0,
    search: async (_garment: unknown, { limit }: { limit: number }, deadline: Deadline) => {
      made.asked++;
      made.time = deadline.remaining;
      if (answer instanceof Error) throw answer;
      return { products: answer.slice(0, limit), more };
    },
  };
  return made;
}

function plan(backend: SearchBackend, only?: SearchPlan['source']): SearchPlan {
  const values = { SEARCH_BACKEND: backend, CONFIDENCE_THRESHOLD: 0.8, MARGIN: 0.1 } as const;
  return { flags: { version: 'v7', values }, source: only };
}

const QUESTION = { limit: 10, seen: new Set<string>() };
const run = (
  pgvector: Source,
  ximilar: Source,
  how: SearchPlan,
  deadline = Deadline.after(1000),
  question = QUESTION,
) => search({ pgvector, ximilar }, { imageUrl: 'http://images/1.jpg' }, question, how, deadline);

const DOWN = new Error('down');

describe('search', () => {
  it.each<
    [
      SearchBackend,
      readonly Product[] | Error,
      readonly Product[] | Error,
      string[],
      number,
      boolean,
      string[],
    ]
  >([
    // mode, pgvector, ximilar, candidates, times Ximilar was asked, boosted, missing
    ['pgvector', SURE, OTHERS, ['A', 'B'], 0, false, []],
    ['pgvector', UNSURE, OTHERS, ['A', 'B'], 0, false, []],
    ['ximilar', SURE, OTHERS, ['X', 'B'], 1, false, []],
    ['dual', SURE, OTHERS, ['B', 'A', 'X'], 1, false, []],
    ['dual', DOWN, OTHERS, ['X', 'B'], 1, false, ['pgvector']],
    ['dual', SURE, DOWN, ['A', 'B'], 1, false, ['ximilar']],
    ['conditional', SURE, OTHERS, ['A', 'B'], 0, false, []],
    ['conditional', UNSURE, OTHERS, ['B', 'A', 'X'], 1, true, []],
    ['conditional', [], OTHERS, ['X', 'B'], 1, true, []],
    ['conditional', UNSURE, DOWN, ['A', 'B'], 1, true, ['ximilar']],
    ['conditional', DOWN, OTHERS, ['X', 'B'], 1, true, ['pgvector']],
  ])('%s', async (mode, first, second, skus, asked, boosted, missing) => {
    const [pgvector, ximilar] = [source(first), source(second)];
    const found = await run(pgvector, ximilar, plan(mode));
    expect(found.candidates.map(({ sku }) => sku)).toEqual(skus);
    expect(ximilar.asked).toBe(asked);
    expect(pgvector.asked).toBe(mode === 'ximilar' ? 0 : 1);
    expect(found.missing.map((each) => each.source)).toEqual(missing);
    expect(found).toMatchObject({ backend: mode, boosted, flags: 'v7', more: false });
  });

  it.each<[SearchBackend, readonly Product[] | Error, readonly Product[] | Error, string]>([
    ['pgvector', DOWN, OTHERS, 'pgvector'],
    ['ximilar', SURE, DOWN, 'ximilar'],
    ['dual', DOWN, DOWN, 'pgvector and ximilar'],
    ['conditional', DOWN, DOWN, 'pgvector and ximilar'],
  ])('%s is temporarily unavailable where nobody answers that it asks', async (mode, first, second, who) => {
    await expect(run(source(first), source(second), plan(mode))).rejects.toMatchObject({
      status: 503,
      code: 'TEMPORARILY_UNAVAILABLE',
      retryAfterSeconds: 5,
      message: `search is temporarily unavailable: ${who} did not answer`,
    });
  });

  it('says how sure pgvector is, and nothing where it was not asked', async () => {
    const sure = await run(source(SURE), source(OTHERS), plan('dual'));
    expect(sure).toMatchObject({ top1: 0.95, confident: true });
    expect(sure.margin).toBeCloseTo(0.35, 10);
    const unasked = await run(source(SURE), source(OTHERS), plan('ximilar'));
    expect(unasked).toMatchObject({ top1: null, margin: null, confident: false });
  });

  it('asks the one source that the caller names, whatever the flag says', async () => {
    const [pgvector, ximilar] = [source(UNSURE), source(OTHERS)];
    const found = await run(pgvector, ximilar, plan('conditional', 'pgvector'));
    expect([pgvector.asked, ximilar.asked]).toEqual([1, 0]);
    expect(found).toMatchObject({ backend: 'conditional', boosted: false });
    await run(pgvector, ximilar, plan('pgvector', 'ximilar'));
    expect([pgvector.asked, ximilar.asked]).toEqual([1, 1]);
  });

  it('leaves time for the booster, and none unused in the other modes', async () => {
    const [pgvector, ximilar] = [source(UNSURE), source(OTHERS)];
    await run(pgvector, ximilar, plan('conditional'));
    expect(pgvector.time).toBeLessThanOrEqual(600);
    expect(ximilar.time).toBeGreaterThan(600);
    await run(pgvector, ximilar, plan('pgvector'));
    expect(pgvector.time).toBeGreaterThan(600);
  });

  it('cuts the merged list, and says that there is more', async () => {
    const question = { ...QUESTION, limit: 2 };
    const found = await run(source(SURE), source(OTHERS), plan('dual'), Deadline.after(1000), question);
    expect(found.candidates.map(({ sku }) => sku)).toEqual(['B', 'A']);
    expect(found.more).toBe(true);
    const last = await run(source(SURE, true), source(OTHERS), plan('pgvector'));
    expect(last.more).toBe(true);
  });

  it('does not take a bad photo, or a client that has gone, for a source that is down', async () => {
    const bad = source(new ImageError('UNREADABLE_IMAGE', 'broken'));
    await expect(run(bad, source(OTHERS), plan('dual'))).rejects.toThrow('broken');
    const client = new AbortController();
    client.abort(new ClientGone());
    const gone = run(source(DOWN), source(OTHERS), plan('dual'), Deadline.after(1000, client.signal));
    await expect(gone).rejects.toBeInstanceOf(ClientGone);
  });
});
