import { describe, expect, it } from 'vitest';
import type { SearchRequest } from '../../../src/contracts/gateway.ts';
import { RemoteError } from '../../../src/lib/runtime/call/remote-error.ts';
import { StockUnknown, type Product } from '../../../src/services/recognition/ports.ts';
import { productKey } from '../../../src/contracts/garment.ts';
import { BadPhoto } from '../../../src/services/recognition/run.ts';
import { candidate, found, garment, parts, run } from './fixture.ts';

const down = async () => {
  throw new RemoteError('ximilar-gw', 'unavailable', 'is down', { status: 503, code: 'UNAVAILABLE' });
};
const { gateway } = parts();
const states = (outcome: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(outcome.steps.map(({ step, state }) => [step, state]));

describe('the pipeline', () => {
  it('goes through its steps, and publishes each as it comes', async () => {
    const outcome = await run();
    expect(outcome).toMatchObject({ state: 'done', degraded: [], cost_usd: 0.001, error: null });
    expect(outcome.skus).toEqual(['d', 'c', 'b', 'a']);
    expect(outcome.garments[0]?.candidates[0]).toMatchObject({ in_stock: true, rerank_score: 1 });
    expect(states(outcome)).toEqual({
      detect: 'done',
      search: 'done',
      tag: 'skipped',
      availability: 'done',
      rerank: 'done',
    });
    expect(outcome.published.map(({ garments }) => garments[0]?.candidates.length ?? -1)).toContain(0);
    expect(outcome.published.some(({ garments }) => garments[0]?.candidates[0]?.rerank_score === null)).toBe(
      true,
    );
  });

  it.each([
    ['always', true, 'done', ['detect', 'tag', 'search', 'availability', 'rerank']],
    ['always', false, 'done', ['detect', 'tag', 'search', 'availability', 'rerank']],
    ['on_demand', true, 'skipped', ['detect', 'search', 'tag', 'availability', 'rerank']],
    ['on_demand', false, 'done', ['detect', 'search', 'tag', 'availability', 'rerank']],
    ['off', false, 'skipped', ['detect', 'search', 'tag', 'availability', 'rerank']],
  ] as const)(
    'with TAGGING_MODE %s and a search that is sure: %s, tag is %s',
    async (mode, sure, tag, order) => {
      const search = async () => found(['a', 'b', 'c'], { confident: sure });
      const outcome = await run({ gateway: { ...gateway, search } }, { taggingMode: mode });
      expect(states(outcome)['tag']).toBe(tag);
      expect(outcome.steps.map(({ step }) => step)).toEqual(order);
    },
  );

  it('narrows unsure candidates by their tags, unless too few are left', async () => {
    const search = async () =>
      found([], {
        confident: false,
        candidates: ['dress', 'shoes', 'dress', 'Dress', null].map((category, index) =>
          candidate(`s${index}`, { category }),
        ),
      });
    const reranker = { rerank: down };
    expect((await run({ gateway: { ...gateway, search }, reranker })).skus).toEqual(['s0', 's2', 's3', 's4']);
    const all = await run({ gateway: { ...gateway, search }, reranker }, { minCandidates: 5 });
    expect(all.skus).toEqual(['s0', 's2', 's3', 's4', 's1']);
  });

  describe('availability', () => {
    const inStock = (...skus: string[]) => ({
      inStock: async (asked: readonly Product[]) =>
        new Set(asked.filter(({ sku }) => skus.includes(sku)).map(productKey)),
    });
    const pages = (answers: Readonly<Record<string, ReturnType<typeof found> | undefined>>) => {
      const asked: string[] = [];
      const search = async ({ source, after }: SearchRequest) => {
        const key = source === undefined ? 'first' : `${source} ${after ?? ''}`.trim();
        asked.push(key);
        return answers[key] ?? down();
      };
      return { asked, gateway: { ...gateway, search } };
    };

    it('keeps what is in stock, and asks nobody for more while enough is left', async () => {
      const { asked, gateway: counted } = pages({ first: found(['a', 'b', 'c', 'd', 'e'], { next: 'p2' }) });
      const outcome = await run({ gateway: counted, availability: inStock('a', 'c', 'e') });
      expect(outcome.skus.sort()).toEqual(['a', 'c', 'e']);
      expect(asked).toEqual(['first']);
    });

    it("asks pgvector's next candidates, then Ximilar, and counts no product twice", async () => {
      const { asked, gateway: counted } = pages({
        first: found(['a', 'b'], { next: 'p2' }),
        'pgvector p2': found(['b', 'c']),
        ximilar: found(['a', 'c', 'd', 'e']),
      });
      const outcome = await run({ gateway: counted, availability: inStock('a', 'c', 'd', 'e') });
      expect(asked).toEqual(['first', 'pgvector p2', 'ximilar']);
      expect(outcome.skus.sort()).toEqual(['a', 'c', 'd', 'e']);
    });

    it('goes on with Ximilar where pgvector does not answer, and says so', async () => {
      const { asked, gateway: counted } = pages({
        first: found(['a'], { next: 'p2' }),
        ximilar: found(['d', 'e']),
      });
      const outcome = await run({ gateway: counted, availability: inStock('a', 'd', 'e') });
      expect(asked).toEqual(['first', 'pgvector p2', 'ximilar']);
      expect(outcome.degraded).toEqual(['pgvector']);
      expect(outcome.skus).toHaveLength(3);
    });

    it('ends with what there is where both have no more', async () => {
      const { gateway: counted } = pages({ first: found(['a']), ximilar: found([]) });
      const outcome = await run({ gateway: counted, availability: inStock('a') });
      expect(outcome).toMatchObject({ state: 'done', skus: ['a'] });
    });

    it('keeps everything, unchecked, where nobody knows what is in stock', async () => {
      const availability = {
        inStock: () => Promise.reject(new StockUnknown('the newest observation is 31 h old')),
      };
      const outcome = await run({ availability });
      expect(outcome.degraded).toEqual(['availability']);
      expect(outcome.garments[0]?.candidates.map(({ in_stock }) => in_stock)).toEqual([
        null,
        null,
        null,
        null,
      ]);
    });
  });

  describe('with a neighbour that does not answer', () => {
    it('keeps the order of retrieval where the reranker is down', async () => {
      const outcome = await run({ reranker: { rerank: down } });
      expect(outcome).toMatchObject({ state: 'done', degraded: ['gemini'], skus: ['a', 'b', 'c', 'd'] });
    });

    it('goes on without tags', async () => {
      const outcome = await run({ gateway: { ...gateway, tag: down } }, { taggingMode: 'always' });
      expect(outcome).toMatchObject({ state: 'done', degraded: ['ximilar'] });
    });

    it('passes on what search went without', async () => {
      const search = async () => found(['a', 'b', 'c'], { degraded: ['ximilar'] });
      expect((await run({ gateway: { ...gateway, search } })).degraded).toEqual(['ximilar']);
    });

    it('fails where nothing finds candidates, which is worth another attempt', async () => {
      await expect(run({ gateway: { ...gateway, search: down } })).rejects.toThrow(RemoteError);
      await expect(run({ gateway: { ...gateway, detect: down } })).rejects.toThrow(RemoteError);
    });

    it('knows a photo that will never be read', async () => {
      const detect = () =>
        Promise.reject(
          new RemoteError('ximilar-gw', 'rejected', 'no image', { status: 422, code: 'BAD_IMAGE' }),
        );
      await expect(run({ gateway: { ...gateway, detect } })).rejects.toThrow(BadPhoto);
    });
  });

  it('takes a product that the model made up, or named twice, for none', async () => {
    const rerank = async () => ({
      ranked: ['zara/c', 'ghost', 'zara/c', 'zara/a'].map((sku) => ({ sku, score: 0.5, reason: null })),
      degraded: [],
      model: 'm',
      cost_usd: 0,
      tokens: { input: 0, output: 0 },
      ms: 1,
    });
    expect((await run({ reranker: { rerank } })).skus).toEqual(['c', 'a', 'b', 'd']);
  });

  it('looks up the surest garments only, and ends well without any', async () => {
    const many = async () => ({ garments: [garment(3), garment(0), garment(1)], degraded: [], ms: 1 });
    const settings = { garments: 2, reranked: 10, deadlineMs: 5000 };
    const two = await run({ gateway: { ...gateway, detect: many }, settings });
    expect(two.garments.map(({ index }) => index)).toEqual([0, 1]);
    const none = await run({
      gateway: { ...gateway, detect: async () => ({ garments: [], degraded: [], ms: 1 }) },
    });
    expect(none).toMatchObject({ state: 'done', garments: [] });
    expect(states(none)['rerank']).toBe('skipped');
  });
});
