import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serviceError } from '../../../src/contracts/garment.ts';
import {
  detectResponse,
  searchResponse,
  tagResponse,
  type SearchResponse,
} from '../../../src/contracts/gateway.ts';
import { drawPhoto } from '../../vendors/pictures.ts';
import { atCosine, Rig, type Planted } from './rig.ts';

let rig: Rig;
let photo: Buffer;
let url: string;

beforeAll(async () => {
  photo = await drawPhoto([
    { colour: 'crimson', box: [0.25, 0.1, 0.5, 0.4] },
    { colour: 'navy', box: [0.3, 0.6, 0.25, 0.3] },
  ]);
});

beforeEach(async () => {
  rig = await Rig.start();
  url = rig.photo('photo.jpg', photo);
  rig.planted = [
    plant('P-1', 0.95, 1),
    plant('P-1', 0.9, 2),
    plant('P-2', 0.7, 3),
    plant('P-3', 0.6, 4, { brand: 'oysho', category: 'jacket' }),
  ];
  for (const [sku, colour] of [
    ['P-2', 'crimson'],
    ['X-1', 'firebrick'],
    ['X-2', 'navy'],
  ] as const) {
    const picture = await drawPhoto([{ colour, box: [0, 0, 1, 1] }], { width: 200, height: 300 });
    await insert(sku, picture);
  }
});
afterEach(() => rig.close());

function plant(sku: string, cos: number, axis: number, fields: Partial<Planted> = {}): Planted {
  const imageUrl = `http://images/${sku}/${axis}.jpg`;
  return {
    sku,
    brand: 'zara',
    title: sku,
    category: 'dress',
    imageUrl,
    vector: atCosine(cos, axis),
    ...fields,
  };
}

async function insert(sku: string, picture: Buffer): Promise<void> {
  const record = { _id: `${sku}/1`, _url: `http://images/${sku}.jpg`, sku, brand: 'zara', category: 'dress' };
  await rig.ximilar.ask(
    'POST',
    '/similarity/fashion-new/v2/insert',
    { records: [{ ...record, _base64: picture.toString('base64') }] },
    { authorization: 'Token t', 'collection-id': 'catalogue' },
  );
}

async function search(body: object = {}): Promise<SearchResponse> {
  const answer = await rig.ask('search', { image_url: url, box: [0.25, 0.1, 0.5, 0.4], ...body });
  expect(answer.body.error).toBeUndefined();
  return searchResponse.parse(answer.body);
}
const skus = ({ candidates }: SearchResponse) => candidates.map(({ sku }) => sku);

describe('POST /detect', () => {
  it('answers the garments of a photo', async () => {
    const { garments, degraded } = detectResponse.parse((await rig.ask('detect', { image_url: url })).body);
    expect(degraded).toEqual([]);
    expect(garments).toHaveLength(2);
    const [left, top, width, height] = garments[0]?.box ?? [];
    expect([left, top, width, height].map((share) => Math.round((share ?? 0) * 20) / 20)).toEqual([
      0.25, 0.1, 0.5, 0.4,
    ]);
  });

  it.each(['500', 'hang', 'garbage', '429'])('takes the whole photo for one garment at %s', async (kind) => {
    await rig.ximilar.behave({ fault: { kind } });
    const answer = await rig.ask('detect', { image_url: url, deadline_ms: 600 });
    expect(answer.status).toBe(200);
    const { garments, degraded, ms } = detectResponse.parse(answer.body);
    expect(degraded).toEqual(['ximilar']);
    expect(garments).toEqual([{ index: 0, box: [0, 0, 1, 1], category: 'unknown', confidence: 0 }]);
    expect(ms).toBeLessThan(1000);
    expect(await rig.metric('ximilar_gw_errors{operation="detect",kind="ximilar"}')).toBe(1);
    expect(await rig.metric('ximilar_gw_requests{operation="detect"}')).toBe(1);
  });
});

describe('POST /tag', () => {
  it('says what a garment is, and null where the tagger does not answer', async () => {
    const tagged = tagResponse.parse(
      (await rig.ask('tag', { image_url: url, box: [0.25, 0.1, 0.5, 0.4] })).body,
    );
    expect(tagged.tags?.colours).toEqual(['red']);
    await rig.ximilar.behave({ fault: { kind: '503' } });
    const untagged = tagResponse.parse((await rig.ask('tag', { image_url: url })).body);
    expect(untagged).toMatchObject({ tags: null, degraded: ['ximilar'] });
  });
});

describe('POST /search', () => {
  it('answers from the sources that the mode asks, and says which they were', async () => {
    rig.flags.SEARCH_BACKEND = 'pgvector';
    const pgvector = await search();
    expect(skus(pgvector)).toEqual(['P-1', 'P-2', 'P-3']);
    expect(pgvector.candidates[0]).toMatchObject({
      source: 'pgvector',
      image_url: 'http://images/P-1/1.jpg',
    });
    expect(pgvector.top1).toBeCloseTo(0.95, 6);
    // By photo it would be .05: the second photo is of the same product.
    expect(pgvector.margin).toBeCloseTo(0.25, 6);
    rig.flags.SEARCH_BACKEND = 'ximilar';
    const ximilar = await search();
    expect(skus(ximilar)).toEqual(['P-2', 'X-1', 'X-2']);
    expect(ximilar.candidates.map(({ source }) => source)).toEqual(['ximilar', 'ximilar', 'ximilar']);
    rig.flags.SEARCH_BACKEND = 'dual';
    const dual = await search();
    expect(skus(dual)).toEqual(['P-2', 'P-1', 'X-1', 'P-3', 'X-2']);
    expect(dual.candidates[0]?.source).toBe('both');
    expect(dual).toMatchObject({ backend: 'dual', flags: 'v1', degraded: [] });
  });

  it('asks Ximilar as a booster only where pgvector is not sure', async () => {
    expect(await search()).toMatchObject({ boosted: false, confident: true });
    expect((await rig.ximilar.requests()).paths).not.toHaveProperty('/similarity/fashion-new/v2/visualKNN');
    rig.flags.MARGIN = 0.26;
    expect(await search()).toMatchObject({ boosted: true, confident: false });
    rig.flags.MARGIN = 0.1;
    rig.flags.CONFIDENCE_THRESHOLD = 0.96;
    expect(skus(await search())).toContain('X-1');
    expect(await rig.metric('ximilar_gw_boosted')).toBe(2);
    expect(await rig.metric('ximilar_gw_searches{backend="conditional"}')).toBe(3);
  });

  it('sends the embedder the garment, and a whole photo as it is', async () => {
    await search();
    await search({ box: undefined });
    await search({ box: [0, 0, 1, 1] });
    expect(rig.embedded).toHaveLength(3);
    expect(rig.embedded[0]?.includes(photo)).toBe(false);
    expect(rig.embedded[1]?.includes(photo)).toBe(true);
    expect(rig.embedded[2]?.includes(photo)).toBe(true);
  });

  it('fetches a photo once, however much is asked about it', async () => {
    await rig.ask('detect', { image_url: url });
    await Promise.all([search(), search(), rig.ask('tag', { image_url: url })]);
    expect(rig.origin.asked).toEqual(['/photo.jpg']);
  });

  it('narrows both sources to brands and a category', async () => {
    rig.flags.SEARCH_BACKEND = 'dual';
    expect(skus(await search({ brands: ['oysho'] }))).toEqual(['P-3']);
    expect(skus(await search({ category: 'dress', brands: ['zara'] }))).toEqual(['P-2', 'P-1', 'X-1', 'X-2']);
    expect(await search({ brands: ['nobody'] })).toMatchObject({ candidates: [], next: null });
  });

  it.each([
    ['the embedder', () => void (rig.vector = 500)],
    ['the database', () => void (rig.database = new Error('connection refused'))],
    ['a database that is silent', () => void (rig.database = 'silent')],
  ])('answers by Ximilar without %s', async (_, fail) => {
    fail();
    for (const mode of ['conditional', 'dual'] as const) {
      rig.flags.SEARCH_BACKEND = mode;
      const answer = await search({ deadline_ms: 1000 });
      expect(skus(answer)).toEqual(['P-2', 'X-1', 'X-2']);
      expect(answer).toMatchObject({ degraded: ['pgvector'], top1: null, margin: null, confident: false });
    }
    rig.flags.SEARCH_BACKEND = 'pgvector';
    const { status, body, retryAfter } = await rig.ask('search', { image_url: url, deadline_ms: 500 });
    expect([status, body.error?.code, retryAfter]).toEqual([503, 'TEMPORARILY_UNAVAILABLE', '5']);
    serviceError.parse(body);
    expect(await rig.metric('ximilar_gw_errors{operation="search",kind="pgvector"}')).toBe(2);
    expect(await rig.metric('ximilar_gw_errors{operation="search",kind="unavailable"}')).toBe(1);
  });

  it.each(['500', 'hang', 'reset', 'garbage', 'slow', '429'])(
    'answers by pgvector while Ximilar does %s',
    async (kind) => {
      await rig.ximilar.behave({ fault: { kind, ms: 5000 } });
      for (const mode of ['dual', 'conditional'] as const) {
        rig.flags.SEARCH_BACKEND = mode;
        rig.flags.CONFIDENCE_THRESHOLD = 1;
        const answer = await search({ deadline_ms: 600 });
        expect(skus(answer)).toEqual(['P-1', 'P-2', 'P-3']);
        expect(answer.degraded).toEqual(['ximilar']);
        // The time, and what a busy machine adds.
        expect(answer.ms).toBeLessThan(1000);
      }
    },
  );

  it.each([
    ['refuses', () => void (rig.database = new Error('connection refused'))],
    ['is silent', () => void (rig.database = 'silent')],
  ])('wastes no time on a database that %s, and comes back to it', async (_, fail) => {
    fail();
    for (let time = 0; time < 5; time++) await search({ deadline_ms: 1500 });
    const { searches } = rig;
    expect((await search()).degraded).toEqual(['pgvector']);
    expect(rig.searches).toBe(searches);
    rig.database = 'well';
    await expect.poll(async () => (await search()).degraded, { timeout: 15_000 }).toEqual([]);
  });

  it('is temporarily unavailable where both are down', async () => {
    rig.database = new Error('down');
    await rig.ximilar.behave({ fault: { kind: '500' } });
    for (const mode of ['dual', 'conditional'] as const) {
      rig.flags.SEARCH_BACKEND = mode;
      const { status, body } = await rig.ask('search', { image_url: url });
      expect(status).toBe(503);
      expect(body.error?.message).toBe(
        'search is temporarily unavailable: pgvector and ximilar did not answer',
      );
    }
  });

  it('leads through all candidates page by page, none twice and none lost, whatever changes meanwhile', async () => {
    rig.planted = Array.from({ length: 23 }, (_, index) => plant(`S-${index}`, 0.9 - index / 100, index + 1));
    const seen: string[] = [];
    let after: string | null | undefined;
    for (let page = 0; after !== null; page++) {
      expect(page).toBeLessThan(15);
      rig.flags.SEARCH_BACKEND = page % 2 === 0 ? 'dual' : 'pgvector';
      const found: SearchResponse = await search({ limit: 5, after });
      seen.push(...skus(found));
      after = found.next;
      // The index grows in front of what was shown, for a while.
      if (page < 3) rig.planted.push(plant(`N-${page}`, 0.99, page + 30));
    }
    expect(new Set(seen).size).toBe(seen.length);
    for (let index = 0; index < 23; index++) expect(seen).toContain(`S-${index}`);
    for (const sku of ['P-2', 'X-1', 'X-2']) expect(seen).toContain(sku);
  });

  it('goes on by one source where another one gave the cursor', async () => {
    const first = await search({ limit: 2 });
    const second = await search({ limit: 2, after: first.next, source: 'pgvector' });
    expect([skus(first), skus(second), second.next]).toEqual([['P-1', 'P-2'], ['P-3'], null]);
    const third = await search({ limit: 2, after: first.next, source: 'ximilar' });
    expect(skus(third)).toEqual(['X-1', 'X-2']);
  });
});

describe('the gateway', () => {
  it.each([
    [{}, 'BAD_REQUEST', 400],
    [{ image_url: 7 }, 'BAD_REQUEST', 400],
    [{ image_url: 'x', box: [0, 0, 2, 1] }, 'BAD_REQUEST', 400],
    [{ image_url: 'x', box: [0, 0, 0, 1] }, 'BAD_REQUEST', 400],
    [{ image_url: 'x', limit: 0 }, 'BAD_REQUEST', 400],
    [{ image_url: 'x', after: 'nonsense' }, 'BAD_CURSOR', 400],
    [{ image_url: 'nonsense' }, 'BAD_URL', 400],
    [{ image_url: 'file:///etc/passwd' }, 'BAD_URL', 400],
    [{ image_url: 'http://169.254.169.254/latest/meta-data/' }, 'URL_NOT_ALLOWED', 403],
    [{ image_url: 'http://127.0.0.1:22/' }, 'URL_NOT_ALLOWED', 403],
  ])('refuses %j with %s', async (body, code, status) => {
    const answer = await rig.ask('search', body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
  });

  it('tells whose fault a photo is', async () => {
    const words = rig.photo('words.jpg', Buffer.from('no photo'));
    const absent = `http://${rig.origin.host}/absent.jpg`;
    rig.flags.SEARCH_BACKEND = 'dual';
    for (const operation of ['detect', 'tag', 'search'] as const) {
      const [unreadable, unfetched] = await Promise.all(
        [words, absent].map((image_url) => rig.ask(operation, { image_url, box: [0, 0, 0.5, 0.5] })),
      );
      expect([unreadable?.status, unreadable?.body.error?.code]).toEqual([415, 'NOT_AN_IMAGE']);
      expect([unfetched?.status, unfetched?.body.error?.code]).toEqual([424, 'ORIGIN_STATUS']);
    }
    expect(await rig.metric('ximilar_gw_errors{operation="detect",kind="input"}')).toBe(1);
    expect(await rig.metric('ximilar_gw_errors{operation="search",kind="origin"}')).toBe(1);
  });

  it('answers within the time that the caller gives', async () => {
    await rig.ximilar.behave({ fault: { kind: 'hang' } });
    rig.database = 'silent';
    rig.flags.SEARCH_BACKEND = 'dual';
    const began = performance.now();
    const { status } = await rig.ask('search', { image_url: url, deadline_ms: 300 });
    expect(status).toBe(503);
    expect(performance.now() - began).toBeLessThan(1500);
  });

  it('lets clients go', async () => {
    await rig.ximilar.behave({ fault: { kind: 'hang' } });
    const client = new AbortController();
    const gone = rig.ask('detect', { image_url: url }, client.signal).catch(() => 'gone');
    await expect.poll(async () => (await rig.ximilar.requests()).total).toBe(4);
    client.abort();
    expect(await gone).toBe('gone');
    expect(await rig.metric('ximilar_gw_errors{operation="detect",kind="ximilar"}')).toBe(0);
  });
});

describe('the metrics', () => {
  it('begin at 0, so that the first event counts', async () => {
    expect(await rig.text()).toContain('ximilar_gw_rate_limit_hits{by="vendor"} 0');
    expect(await rig.text()).toContain('ximilar_gw_errors{operation="search",kind="pgvector"} 0');
  });
});

describe('under load', () => {
  let small: Rig;
  beforeAll(async () => {
    small = await Rig.start({ queue: 2, perSecond: 2, burst: 1 });
  });
  afterAll(() => small.close());

  it('refuses what is beyond its queue, and counts what the rate limit cost', async () => {
    const image_url = small.photo('photo.jpg', photo);
    await small.ximilar.behave({ latency_ms: 100 });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => small.ask('detect', { image_url, deadline_ms: 450 })),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused).toHaveLength(3);
    for (const { body, retryAfter } of refused) {
      expect([body.error?.code, retryAfter]).toEqual(['OVERLOADED', '1']);
    }
    const taken = answers.filter(({ status }) => status === 200).map(({ body }) => String(body['degraded']));
    expect(taken.toSorted((a, b) => a.length - b.length)).toEqual(['', 'ximilar']);
    expect(await small.metric('ximilar_gw_rate_limit_hits{by="bucket"}')).toBe(1);
    await small.ximilar.behave({ fault: { kind: '429', retry_after: 1 } });
    await expect
      .poll(async () => {
        await small.ask('detect', { image_url, deadline_ms: 700 });
        return small.metric('ximilar_gw_rate_limit_hits{by="vendor"}');
      })
      .toBeGreaterThan(0);
  });
});
