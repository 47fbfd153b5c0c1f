import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { NoSuchObject, ObjectRefused } from '../../../src/lib/runtime/stores/objects.ts';
import type { PendingPhoto } from '../../../src/services/embed-batch/catalogue.ts';
import {
  embedPhotos,
  type Embedded,
  type StreamParts,
} from '../../../src/services/embed-batch/embedding-stream.ts';
import { Rate } from '../../../src/services/embed-batch/rate.ts';

const IMAGE = await sharp({ create: { width: 240, height: 240, channels: 3, background: '#804020' } })
  .jpeg()
  .toBuffer();

function photo(id: number, content: Buffer = IMAGE): PendingPhoto {
  const contentHash = createHash('sha256').update(content).digest();
  return {
    id: String(id),
    productId: '1',
    brandId: 1,
    category: 'dress',
    key: `originals/${id}.jpg`,
    contentHash,
    failedBefore: false,
  };
}
async function* photos(count: number, taken: { now: number } = { now: 0 }) {
  for (let id = 1; id <= count; id++) {
    taken.now++;
    yield photo(id);
  }
}
const parts = (other: Partial<StreamParts> = {}): StreamParts => ({
  fetch: async () => IMAGE,
  infer: async () => new Float32Array(512).fill(1),
  maxPixels: 1e6,
  inFlight: 4,
  decoders: 2,
  ...other,
});
async function all(stream: AsyncIterable<Embedded>): Promise<Embedded[]> {
  const found: Embedded[] = [];
  for await (const embedded of stream) found.push(embedded);
  return found;
}
const signal = new AbortController().signal;

describe('embedPhotos', () => {
  it('answers every photo once', async () => {
    const found = await all(embedPhotos(parts(), photos(11), signal));
    expect(found.map((each) => Number(each.photo.id)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
    expect(found.every((each) => 'vector' in each)).toBe(true);
  });

  it('takes no more on than may be on their way', async () => {
    const taken = { now: 0 };
    const stream = embedPhotos(parts({ inFlight: 3 }), photos(50, taken), signal);
    await stream.next();
    expect(taken.now).toBe(3);
    await stream.next();
    expect(taken.now).toBe(4);
    await stream.return(undefined);
  });

  it.each([
    ['is no photo', Buffer.from('hello'), Buffer.from('hello'), /./],
    ['is another photo than the catalogue knows', IMAGE, Buffer.from('other'), /not the one/],
  ])('names a file that %s, and goes on', async (_, content, known, reason) => {
    async function* some() {
      yield photo(1, known);
      yield photo(2);
    }
    const fetch = async (key: string) => (key.includes('/1.') ? content : IMAGE);
    const found = await all(embedPhotos(parts({ fetch }), some(), signal));
    const bad = found.find((each) => each.photo.id === '1');
    expect(bad).toMatchObject({ reason: expect.stringMatching(reason) as string });
    expect(found.some((each) => 'vector' in each)).toBe(true);
  });

  it('names a photo that is not in the storage', async () => {
    const fetch = async (key: string) => {
      throw new NoSuchObject(key);
    };
    expect(await all(embedPhotos(parts({ fetch }), photos(1), signal))).toMatchObject([
      { reason: 'there is no object originals/1.jpg' },
    ]);
  });

  it.each([1, 7, 11])('names photo %i, that the storage refuses, and goes on', async (bad) => {
    const fetch = async (key: string) => {
      if (key === `originals/${bad}.jpg`) throw new ObjectRefused(key, 'AccessDenied');
      return IMAGE;
    };
    const found = await all(embedPhotos(parts({ fetch }), photos(11), signal));
    expect(found).toHaveLength(11);
    expect(found.filter((each) => 'reason' in each)).toMatchObject([
      { photo: { id: String(bad) }, reason: `the storage refuses originals/${bad}.jpg: AccessDenied` },
    ]);
  });

  it('does so for many, and where one photo is on its way at a time', async () => {
    const fetch = async (key: string) => {
      if (/[02468].jpg$/.test(key)) throw new ObjectRefused(key, 'AccessDenied');
      return IMAGE;
    };
    for (const inFlight of [1, 24]) {
      const found = await all(embedPhotos(parts({ fetch, inFlight }), photos(101), signal));
      expect(found.filter((each) => 'reason' in each)).toHaveLength(50);
      expect(found.filter((each) => 'vector' in each)).toHaveLength(51);
    }
  });

  it('names a photo that the storage refuses where there is no other', async () => {
    const fetch = (key: string) => Promise.reject(new ObjectRefused(key, 'AccessDenied'));
    expect(await all(embedPhotos(parts({ fetch }), photos(1), signal))).toMatchObject([
      { reason: 'the storage refuses originals/1.jpg: AccessDenied' },
    ]);
  });

  it('blames no photo where the storage refuses them all', async () => {
    const found: Embedded[] = [];
    const fetch = (key: string) => Promise.reject(new ObjectRefused(key, 'AccessDenied'));
    const stream = embedPhotos(parts({ fetch }), photos(50), signal);
    await expect(
      (async () => {
        for await (const embedded of stream) found.push(embedded);
      })(),
    ).rejects.toThrow(ObjectRefused);
    expect(found).toEqual([]);
  });

  it('ends with the error where the storage or the model fails', async () => {
    const fetch = () => Promise.reject(new Error('the storage is away'));
    await expect(all(embedPhotos(parts({ fetch }), photos(9), signal))).rejects.toThrow(
      'the storage is away',
    );
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const stream = embedPhotos(parts(), photos(100), stop.signal);
    await stream.next();
    stop.abort(new Error('stopped'));
    await expect(all(stream)).rejects.toThrow('stopped');
  });
});

describe('Rate', () => {
  it('counts what came within its window', () => {
    let now = 0;
    const rate = new Rate(60_000, () => now);
    expect(rate.perSecond()).toBe(0);
    for (now = 0; now < 10_000; now += 100) rate.count();
    expect(rate.perSecond()).toBeCloseTo(10);
    now = 65_000;
    expect(rate.perSecond()).toBeLessThan(10);
    now = 100_000;
    expect(rate.perSecond()).toBe(0);
  });
});
