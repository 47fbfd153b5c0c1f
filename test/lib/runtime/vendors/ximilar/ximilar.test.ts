import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteError } from '../../../../../src/lib/runtime/call/remote-error.ts';
import { Deadline } from '../../../../../src/lib/runtime/call/deadline.ts';
import { Ximilar, type XimilarOptions } from '../../../../../src/lib/runtime/vendors/ximilar/client.ts';
import { drawPhoto } from '../../../../vendors/pictures.ts';
import { startXimilar, type Simulator } from '../../../../vendors/start.ts';

let simulator: Simulator;
let ximilar: Ximilar;
let limited: string[];
let breaker: string[];

beforeAll(async () => {
  simulator = await startXimilar('secret');
  for (const [sku, brand, colour] of [
    ['Z-1', 'Zara', 'red'],
    ['Z-2', 'Zara', 'crimson'],
    ['B-1', 'Bershka', 'firebrick'],
    ['O-1', 'Oysho', 'navy'],
  ] as const) {
    const photo = await garment(colour);
    await simulator.ask(
      'POST',
      '/similarity/fashion-new/v2/insert',
      {
        records: [
          { _id: `${sku}/1`, _base64: photo.toString('base64'), sku, brand, category: 'dress', title: sku },
        ],
      },
      { authorization: 'Token secret', 'collection-id': 'catalogue' },
    );
  }
});
afterAll(() => simulator.close());

beforeEach(() => {
  limited = [];
  breaker = [];
  ximilar = client();
});
afterEach(async () => {
  await ximilar.close();
  await simulator.reset();
});

function client(options: Partial<XimilarOptions> = {}): Ximilar {
  return new Ximilar({
    baseUrl: simulator.url,
    token: 'secret',
    collectionId: 'catalogue',
    searchService: 'similarity/fashion-new',
    detectionTask: '',
    perSecond: 1000,
    burst: 1000,
    timeoutMs: 1000,
    // Long enough that a busy machine makes the next call while it is still open.
    breakerOpenMs: 1000,
    onRateLimit: (by) => limited.push(by),
    onBreaker: (state) => breaker.push(state),
    ...options,
  });
}

const garment = (colour: string) => drawPhoto([{ colour, box: [0, 0, 1, 1] }], { width: 200, height: 300 });
const soon = (ms = 2000) => Deadline.after(ms);
const fault = async (work: Promise<unknown>) => (await work.catch((error: unknown) => error)) as RemoteError;

describe('Ximilar', () => {
  it('finds the garments of a photo, each where it is', async () => {
    const photo = await drawPhoto([
      { colour: 'crimson', box: [0.25, 0.1, 0.5, 0.4] },
      { colour: 'navy', box: [0.3, 0.6, 0.25, 0.3] },
    ]);
    const found = await ximilar.detect(photo, soon());
    expect(found).toHaveLength(2);
    // The simulator looks at a coarse grid.
    for (const [index, side] of [100, 60, 300, 300].entries()) {
      expect(Math.abs((found[0]?.bound_box[index] ?? NaN) - side)).toBeLessThanOrEqual(13);
    }
    expect(await ximilar.detect(photo, soon())).toEqual(found);
    const own = client({ detectionTask: '0a8c8186-aee8-47c8-9eaf-348103feb14d' });
    expect(await own.detect(photo, soon())).toEqual(found);
    expect((await simulator.requests()).paths).toMatchObject({
      '/tagging/fashion/v2/detect': 2,
      '/detection/v2/detect': 1,
    });
    await own.close();
  });

  it('answers with what was planted for a photo, however it was written', async () => {
    const photo = await drawPhoto([{ colour: 'teal', box: [0.2, 0.2, 0.6, 0.6] }]);
    await simulator.ask('PUT', '/_simulator/scenes', {
      image: photo.toString('base64'),
      objects: [{ name: 'Scarf', box: [0.5, 0.5, 0.25, 0.25], prob: 0.8 }],
      tags: { Category: 'Clothing/Scarves', Color: 'teal' },
    });
    const smaller = await drawPhoto([{ colour: 'teal', box: [0.2, 0.2, 0.6, 0.6] }], {
      width: 200,
      height: 300,
    });
    expect(await ximilar.detect(smaller, soon())).toMatchObject([
      { name: 'Scarf', prob: 0.8, bound_box: [100, 150, 150, 225] },
    ]);
    expect(await ximilar.tags(smaller, soon())).toMatchObject({ Color: [{ name: 'teal' }] });
  });

  it('names a garment, its colour among it', async () => {
    const tags = await ximilar.tags(await garment('#c82828'), soon());
    expect(Object.keys(tags)).toEqual(['Category', 'Subcategory', 'Color', 'Design', 'Material']);
    expect(tags['Color']?.[0]?.name).toBe('red');
  });

  it('finds products that look alike, the nearest first, and within a filter', async () => {
    const photo = await garment('red');
    const hits = await ximilar.search(photo, 10, {}, soon());
    expect(hits.map(({ sku }) => sku)).toEqual(['Z-1', 'Z-2', 'B-1', 'O-1']);
    expect(hits[0]).toMatchObject({ brand: 'Zara', category: 'dress', title: 'Z-1', _id: 'Z-1/1' });
    expect(hits[0]?.distance).toBeLessThan(0.01);
    const distances = hits.map(({ distance }) => distance);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    const some = await ximilar.search(photo, 10, { brands: ['Oysho', 'Bershka'], category: 'dress' }, soon());
    expect(some.map(({ sku }) => sku)).toEqual(['B-1', 'O-1']);
    expect(await ximilar.search(photo, 10, { category: 'hat' }, soon())).toEqual([]);
  });

  it.each([
    ['500', 'unavailable'],
    ['503', 'unavailable'],
    ['garbage', 'garbage'],
    ['hang', 'timeout'],
    ['reset', 'unavailable'],
    ['429', 'rate-limit'],
  ])('tells of %s as %s', async (kind, expected) => {
    await simulator.behave({ fault: { kind } });
    const error = await fault(ximilar.tags(await garment('red'), soon(400)));
    expect(error.fault).toBe(expected);
    expect(error.message).toMatch(/^ximilar: \S/);
  });

  it('gives up on an answer that trickles, and takes one that is merely late', async () => {
    const photo = await garment('red');
    await simulator.behave({ fault: { kind: 'slow', ms: 5000 } });
    expect((await fault(ximilar.tags(photo, soon(300)))).fault).toBe('timeout');
    await simulator.behave({ latency_ms: 200 });
    expect(Object.keys(await ximilar.tags(photo, soon()))).toContain('Color');
  });

  it('knows a token that is not taken, and a photo that cannot be read, for what they are', async () => {
    const stranger = client({ token: 'revoked' });
    expect((await fault(stranger.tags(await garment('red'), soon()))).fault).toBe('denied');
    await stranger.close();
    const error = await fault(ximilar.detect(Buffer.from('no photo'), soon()));
    expect(error.fault).toBe('rejected');
    expect(error.message).toContain('Could not read the image');
  });

  it('asks once more where it failed at once, and not where it was late', async () => {
    const photo = await garment('red');
    await simulator.behave({ fault: { kind: '500', times: 1 } });
    expect(Object.keys(await ximilar.tags(photo, soon()))).toContain('Color');
    expect((await simulator.requests()).total).toBe(2);
    await simulator.reset();
    await simulator.behave({ fault: { kind: 'hang', times: 1 } });
    expect((await fault(ximilar.tags(photo, soon(300)))).fault).toBe('timeout');
    expect((await simulator.requests()).total).toBe(1);
  });

  it('keeps to its rate, waits for its turn where there is time, and says where there is none', async () => {
    const photo = await garment('red');
    // A machine that stands still for a moment lets calls go together that were due one after the other.
    await simulator.behave({ rate: { per_second: 20, burst: 3 } });
    const paced = client({ perSecond: 5, burst: 1 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => paced.tags(photo, soon())));
    expect(answers).toHaveLength(4);
    expect(limited).toEqual([]);
    const late = await Promise.all([1, 2, 3].map(() => fault(paced.tags(photo, soon(100)))));
    expect(late.filter((error) => error.fault === 'rate-limit').length).toBeGreaterThanOrEqual(1);
    expect(limited[0]).toBe('bucket');
    expect((await simulator.requests()).statuses).not.toHaveProperty('429');
    await paced.close();
  });

  it('leaves Ximilar alone for as long as a 429 says', async () => {
    const photo = await garment('red');
    await simulator.behave({ fault: { kind: '429', times: 1, retry_after: 1 } });
    const error = await fault(ximilar.tags(photo, soon()));
    expect(error).toMatchObject({ fault: 'rate-limit', retryAfterMs: 1000 });
    const refused = await fault(ximilar.tags(photo, soon(500)));
    expect(refused.retryAfterMs).toBeGreaterThan(500);
    expect((await simulator.requests()).total).toBe(1);
    expect(limited).toEqual(['vendor', 'bucket']);
    expect(Object.keys(await ximilar.tags(photo, soon()))).toContain('Color');
  });

  it('stops asking after failures, and starts again once one succeeds', async () => {
    const photo = await garment('red');
    await simulator.behave({ fault: { kind: '500' } });
    for (let time = 0; time < 3; time++) await fault(ximilar.tags(photo, soon()));
    expect((await fault(ximilar.tags(photo, soon()))).fault).toBe('open');
    const asked = (await simulator.requests()).total;
    expect((await fault(ximilar.tags(photo, soon()))).fault).toBe('open');
    expect((await simulator.requests()).total).toBe(asked);
    await simulator.behave({});
    await expect
      .poll(() => ximilar.tags(photo, soon()).then(Object.keys, (error: Error) => [error.message]))
      .toContain('Color');
    expect(breaker[0]).toBe('open');
    expect(breaker.slice(-2)).toEqual(['half-open', 'closed']);
  });
});
