import { describe, expect, it } from 'vitest';
import { reconcile, type ReconciliationParts } from '../../../src/services/embed-batch/reconciliation.ts';

const signal = new AbortController().signal;
const totals = { embeddings: 0, outdated_embeddings: 0, unreadable: 0, run_open: false };

/** The order that S3 and PostgreSQL give. */
const sorted = (keys: readonly string[]) =>
  keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
async function* stream(keys: Iterable<string>, closed: { now: boolean } = { now: false }) {
  try {
    yield* keys;
  } finally {
    closed.now = true;
  }
}
const parts = (
  originals: readonly string[],
  photos: readonly string[],
  other: Partial<ReconciliationParts> = {},
): ReconciliationParts => ({
  originals: () => stream(sorted(originals)),
  photos: () => stream(sorted(photos)),
  missing: async () => ({ count: 0, first: [] }),
  orphans: async () => ({ count: 0, first: [] }),
  totals: async () => totals,
  ...other,
});
const holes = async (originals: string[], photos: string[]) =>
  (await reconcile(parts(originals, photos), 100, signal)).holes;

describe('reconcile', () => {
  it('finds nothing where everything has its counterpart', async () => {
    const keys = ['originals/b/2/1.jpg', 'originals/a/1/1.jpg', 'originals/a/1/2.jpg'];
    expect(await reconcile(parts(keys, keys), 10, signal)).toEqual({
      ...totals,
      originals: 3,
      photos: 3,
      holes: [],
    });
    expect(await holes([], [])).toEqual([]);
  });

  it('names what is on one side only, wherever it stands', async () => {
    expect(await holes(['a', 'c', 'd', 'z'], ['b', 'c', 'y'])).toEqual([
      { kind: 'original-without-photo', count: 3, first: ['a', 'd', 'z'] },
      { kind: 'photo-without-original', count: 2, first: ['b', 'y'] },
    ]);
    expect(await holes([], ['a', 'b'])).toMatchObject([{ count: 2 }]);
    expect(await holes(['a', 'b'], [])).toMatchObject([{ count: 2 }]);
  });

  it('goes by the order of bytes, as the storage and the database do', async () => {
    // In the order of UTF-16, the second stands before the first.
    const keys = ['originals/\uffe5.jpg', 'originals/\u{1f457}.jpg', 'originals/A.jpg', 'originals/a.jpg'];
    expect(await holes(keys, keys)).toEqual([]);
  });

  it('agrees with sets, whatever the lists are', async () => {
    let random = 7;
    const draw = () => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let round = 0; round < 200; round++) {
      const all = Array.from({ length: Math.floor(draw() * 30) }, (_, n) => `k${n}`);
      const [originals, photos] = [all.filter(() => draw() < 0.7), all.filter(() => draw() < 0.7)];
      const found = new Map((await holes(originals, photos)).map(({ kind, first }) => [kind, first]));
      const only = (left: string[], right: string[]) => sorted(left.filter((key) => !right.includes(key)));
      expect(found.get('original-without-photo') ?? []).toEqual(only(originals, photos));
      expect(found.get('photo-without-original') ?? []).toEqual(only(photos, originals));
    }
  });

  it('counts all holes, and names the first', async () => {
    const originals = Array.from({ length: 250 }, (_, n) => `originals/${n}.jpg`);
    const [hole] = (await reconcile(parts(originals, []), 100, signal)).holes;
    expect(hole).toMatchObject({ count: 250 });
    expect(hole?.first).toEqual(sorted(originals).slice(0, 100));
  });

  it('tells of photos without embeddings, and of embeddings without photos', async () => {
    const found = await reconcile(
      parts([], [], {
        missing: async (most) => ({ count: most + 1, first: ['a'] }),
        orphans: async () => ({ count: 1, first: ['embedding 7'] }),
      }),
      5,
      signal,
    );
    expect(found.holes).toEqual([
      { kind: 'photo-without-embedding', count: 6, first: ['a'] },
      { kind: 'embedding-without-photo', count: 1, first: ['embedding 7'] },
    ]);
  });

  it('holds neither list as a whole', async () => {
    const ahead = { originals: 0, photos: 0, most: 0 };
    async function* counted(which: 'originals' | 'photos') {
      for (let n = 0; n < 50_000; n++) {
        ahead[which]++;
        ahead.most = Math.max(ahead.most, Math.abs(ahead.originals - ahead.photos));
        yield String(n).padStart(6, '0');
      }
    }
    const found = await reconcile(
      parts([], [], { originals: () => counted('originals'), photos: () => counted('photos') }),
      1,
      signal,
    );
    expect(found).toMatchObject({ originals: 50_000, photos: 50_000, holes: [] });
    expect(ahead.most).toBe(1);
  });

  it('refuses lists that are not in order, and lets go of both', async () => {
    const closed = { now: false };
    const looked = reconcile(
      parts([], [], {
        originals: () => stream(['b', 'a']),
        photos: () => stream(['b', 'c', 'd'], closed),
      }),
      1,
      signal,
    );
    await expect(looked).rejects.toThrow('the storage lists a after b');
    expect(closed.now).toBe(true);
  });

  it('ends early when it is told to, and lets go of both lists', async () => {
    const stop = new AbortController();
    const closed = { now: false };
    async function* endless() {
      for (let n = 0; ; n++) {
        if (n === 10) stop.abort(new Error('stopping'));
        yield String(n).padStart(9, '0');
      }
    }
    const looked = reconcile(
      parts([], [], { originals: endless, photos: () => stream(['000000003', '9'], closed) }),
      1,
      stop.signal,
    );
    await expect(looked).rejects.toThrow('stopping');
    expect(closed.now).toBe(true);
  });
});
