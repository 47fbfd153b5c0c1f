import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rerankResponse } from '../../src/contracts/rerank.ts';
import { searchResponse, type SearchResponse } from '../../src/contracts/gateway.ts';
import { drawPhoto } from '../vendors/pictures.ts';
import { until } from './fleet.ts';
import { plantCatalogue } from './planted-catalogue.ts';
import { SearchFleet } from './search-fleet.ts';

let chain: SearchFleet;
let photo: string;
let query: { vector: number[]; model: string };

beforeAll(async () => {
  chain = await SearchFleet.up('search');
  photo = chain.photo('users/1.jpg', await drawPhoto([{ colour: 'crimson', box: [0.1, 0.1, 0.8, 0.8] }]));
  query = await chain.embed(photo);
  expect(await plantCatalogue(chain, query)).toBe('');
  for (const [sku, colour] of [
    ['S-2', 'crimson'],
    ['X-1', 'firebrick'],
    ['X-2', 'navy'],
  ] as const) {
    const picture = await drawPhoto([{ colour, box: [0.1, 0.1, 0.8, 0.8] }], { width: 200, height: 300 });
    const url = chain.photo(`originals/zara/${sku}/1.jpg`, picture);
    await chain.collect({ _id: `${sku}/1`, _url: url, sku, brand: 'zara', category: 'dress' }, picture);
  }
}, 600_000);
afterAll(async () => {
  await chain?.down();
});

afterEach(async () => {
  await chain.behave('ximilar', {});
  await chain.behave('gemini', {});
});

async function search(body: object = {}): Promise<SearchResponse> {
  const { body: answer } = await chain.search({ image_url: photo, ...body });
  expect(answer.error).toBeUndefined();
  return searchResponse.parse(answer);
}
const skus = ({ candidates }: SearchResponse) => candidates.map(({ sku }) => sku);
const sources = ({ candidates }: SearchResponse) =>
  [...new Set(candidates.map(({ source }) => source))].toSorted();
const set = (...flags: string[]) => chain.fleet.ok('flags', 'set', ...flags, '-m', 'a test');
const invocation = () =>
  chain.fleet.console('ximilar-gw', 'systemctl show -p InvocationID --value unde-ximilar-gw');

describe('search, on real machines', () => {
  it('shows by its candidates which sources were asked, in each mode, and changes without a restart', async () => {
    const before = await invocation();
    const conditional = await search();
    expect(conditional).toMatchObject({
      backend: 'conditional',
      boosted: false,
      confident: true,
      degraded: [],
    });
    expect(conditional.top1).toBeCloseTo(0.93, 3);
    expect(conditional.margin).toBeCloseTo(0.15, 3);
    expect(sources(conditional)).toEqual(['pgvector']);
    expect(skus(conditional)).toHaveLength(50);
    // S-3 is no longer offered.
    expect(skus(conditional).slice(0, 4)).toEqual(['S-1', 'S-2', 'S-4', 'S-5']);
    expect(conditional.candidates[0]).toMatchObject({
      brand: 'zara',
      title: 'Product 1',
      category: 'dress',
      image_url: 'http://198.18.0.13:8080/originals/zara/S-1/1.jpg',
    });

    await set('MARGIN=0.2');
    const boosted = await search();
    expect(boosted).toMatchObject({ backend: 'conditional', boosted: true, confident: false });
    expect(sources(boosted)).toEqual(['both', 'pgvector', 'ximilar']);
    expect(boosted.candidates[0]).toMatchObject({ sku: 'S-2', source: 'both' });

    await set('SEARCH_BACKEND=ximilar');
    const ximilar = await search();
    expect([sources(ximilar), skus(ximilar)]).toEqual([['ximilar'], ['S-2', 'X-1', 'X-2']]);
    await set('SEARCH_BACKEND=pgvector');
    expect(sources(await search())).toEqual(['pgvector']);
    await set('SEARCH_BACKEND=dual');
    const dual = await search();
    expect(sources(dual)).toEqual(['both', 'pgvector', 'ximilar']);
    expect(dual.flags).not.toBe(ximilar.flags);
    expect(await invocation()).toBe(before);
    await set('SEARCH_BACKEND=conditional', 'MARGIN=0.1');
  });

  it('narrows the search to brands and a category, and finds as many as there are', async () => {
    const oysho = await search({ brands: ['oysho'], source: 'pgvector' });
    expect(skus(oysho)).toEqual(Array.from({ length: 10 }, (_, index) => `S-${51 + index}`));
    const jackets = await search({ category: 'jacket', limit: 20, source: 'pgvector' });
    expect(jackets.candidates.every(({ category }) => category === 'jacket')).toBe(true);
    expect(skus(jackets)).toEqual(Array.from({ length: 20 }, (_, index) => `S-${2 + index * 2}`));
    expect(skus(await search({ brands: ['oysho'], category: 'dress', source: 'pgvector' }))).toEqual([
      'S-51',
      'S-53',
      'S-55',
      'S-57',
      'S-59',
    ]);
    expect(await search({ brands: ['nobody'], source: 'pgvector' })).toMatchObject({
      candidates: [],
      next: null,
    });
  });

  it('leads through all products page by page, none twice and none lost', async () => {
    const seen: string[] = [];
    let after: string | null | undefined;
    while (after !== null) {
      const page: SearchResponse = await search({
        limit: 17,
        source: 'pgvector',
        after,
      });
      seen.push(...skus(page));
      after = page.next;
    }
    const all = Array.from({ length: 60 }, (_, index) => `S-${index + 1}`).filter((sku) => sku !== 'S-3');
    expect(seen).toEqual(all);
  });

  it('answers by pgvector while Ximilar is down, and says so', async () => {
    await set('SEARCH_BACKEND=dual');
    await chain.behave('ximilar', { fault: { kind: '500' } });
    const answer = await search();
    expect([sources(answer), answer.degraded]).toEqual([['pgvector'], ['ximilar']]);
    await chain.behave('ximilar', {});
    await until(
      'Ximilar to be asked again',
      () => search(),
      ({ degraded }) => degraded.length === 0,
    );
  });

  it('answers by Ximilar while PostgreSQL is down, says so, is unavailable without both, and comes back', async () => {
    await chain.fleet.console('production-db', 'systemctl stop unde-postgres');
    const answer = await search();
    expect([skus(answer), answer.degraded]).toEqual([['S-2', 'X-1', 'X-2'], ['pgvector']]);
    await chain.behave('ximilar', { fault: { kind: 'hang' } });
    const { status, body } = await chain.search({ image_url: photo, deadline_ms: 4000 });
    expect([status, body.error?.code]).toEqual([503, 'TEMPORARILY_UNAVAILABLE']);
    await chain.behave('ximilar', {});
    await chain.fleet.console('production-db', 'systemctl start unde-postgres');
    await until(
      'both to answer again',
      () => search(),
      ({ degraded }) => degraded.length === 0,
    );
    await set('SEARCH_BACKEND=conditional');
  });

  it('does not compare with embeddings of another model', async () => {
    await chain.sql("UPDATE sku_image_embeddings SET model_id = 'another'");
    // What is known of the models is believed for a minute.
    await chain.fleet.ok('restart', 'ximilar-gw', '-m', 'to look at the models anew');
    const answer = await search();
    expect([sources(answer), answer.degraded]).toEqual([['ximilar'], ['pgvector']]);
    await until(
      'the journal',
      () => chain.fleet.console('ximilar-gw', 'journalctl -u unde-ximilar-gw -n 50 -o cat'),
      (said) => said.includes('the embeddings are of another+clip224-1'),
    );
    await chain.sql(
      `UPDATE sku_image_embeddings SET model_id = '${query.model.split('+')[0]}' || repeat('0', 48)`,
    );
    expect((await search()).degraded).toEqual([]);
  });

  it('fetches nothing that is not allowed', async () => {
    for (const url of ['http://198.18.0.12:8001/metrics', 'http://169.254.169.254/latest/meta-data/']) {
      const { status, body } = await chain.search({ image_url: url });
      expect([status, body.error?.code]).toEqual([403, 'URL_NOT_ALLOWED']);
    }
  });

  it('has the model put what was found in order, or lets the order stand', async () => {
    const found = (await search({ source: 'ximilar' })).candidates.toReversed();
    const question = {
      image_url: photo,
      candidates: found.map(({ sku, image_url, title }) => ({ sku, image_url, title })),
    };
    const ranked = rerankResponse.parse((await chain.rerank(question)).body);
    expect(ranked.ranked.map(({ sku }) => sku)).toEqual(['S-2', 'X-1', 'X-2']);
    expect(ranked.cost_usd).toBeGreaterThan(0);
    await chain.behave('gemini', { fault: { kind: 'bad-json' } });
    const kept = rerankResponse.parse((await chain.rerank(question)).body);
    expect(kept.degraded).toEqual(['gemini']);
    expect(kept.ranked.map(({ sku }) => sku)).toEqual(['X-2', 'X-1', 'S-2']);
    expect(kept.attempts?.map(({ outcome }) => outcome)).toEqual(['bad-answer', 'bad-answer']);
    expect(await chain.fleet.console('llm-reranker', 'curl -s http://127.0.0.1:8002/metrics')).toMatch(
      /llm_reranker_cost_usd\{model="gemini-2.5-flash"\} 0\.00/,
    );
  });
});
