import type { HoleKind, Reconciliation } from '../../contracts/embed-batch.ts';

/** How many of something there are, and the first of them by name. */
export interface Named {
  readonly count: number;
  readonly first: readonly string[];
}

/** What is compared. Both lists of keys come in the order of their bytes, and are never held as a whole. */
export interface ReconciliationParts {
  /** Keys of the originals in the storage. */
  readonly originals: () => AsyncIterable<string>;
  /** Keys that the rows of photos name. */
  readonly photos: () => AsyncIterable<string>;
  /** Photos that should have an embedding, have none that is up to date, and are not known to be unreadable. */
  readonly missing: (most: number) => Promise<Named>;
  /** Embeddings whose photo is gone. */
  readonly orphans: (most: number) => Promise<Named>;
  readonly totals: () => Promise<
    Pick<Reconciliation, 'embeddings' | 'outdated_embeddings' | 'unreadable' | 'run_open'>
  >;
}

/**
 * Compares the storage's originals, the rows of photos, and the embeddings. What changes while it looks may be told
 * as it was before or after.
 *
 * @param most How many holes of a kind are named; all are counted.
 * @param signal Ends it early; its reason is thrown.
 */
export async function reconcile(
  parts: ReconciliationParts,
  most: number,
  signal: AbortSignal,
): Promise<Reconciliation> {
  const lonely = { originals: new Holes(most), photos: new Holes(most) };
  const counts = { originals: 0, photos: 0 };
  const originals = ascending(parts.originals(), 'the storage');
  for await (const { key, original, photo } of matched(
    originals,
    ascending(parts.photos(), 'Production DB'),
  )) {
    signal.throwIfAborted();
    if (original) counts.originals++;
    if (photo) counts.photos++;
    if (!photo) lonely.originals.add(key);
    else if (!original) lonely.photos.add(key);
  }
  const kinds: readonly (readonly [HoleKind, Named])[] = [
    ['original-without-photo', lonely.originals],
    ['photo-without-original', lonely.photos],
    ['photo-without-embedding', await parts.missing(most)],
    ['embedding-without-photo', await parts.orphans(most)],
  ];
  return {
    ...counts,
    ...(await parts.totals()),
    holes: kinds
      .filter(([, { count }]) => count > 0)
      .map(([kind, { count, first }]) => ({ kind, count, first: [...first] })),
  };
}

/** Counts, and keeps the first names. */
class Holes implements Named {
  readonly first: string[] = [];
  count = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(key: string): void {
    this.count++;
    if (this.first.length < this.#most) this.first.push(key);
  }
}

/** Walks through two sorted lists side by side. */
async function* matched(
  originals: AsyncGenerator<string>,
  photos: AsyncGenerator<string>,
): AsyncGenerator<{ key: string; original: boolean; photo: boolean }> {
  try {
    let [left, right] = [await originals.next(), await photos.next()];
    while (left.done !== true || right.done !== true) {
      const order = left.done === true ? 1 : right.done === true ? -1 : compareBytes(left.value, right.value);
      yield { key: order > 0 ? right.value : left.value, original: order <= 0, photo: order >= 0 };
      if (order <= 0) left = await originals.next();
      if (order >= 0) right = await photos.next();
    }
  } finally {
    // One of them may have a connection that it gives back at its end.
    await Promise.allSettled([originals.return(undefined), photos.return(undefined)]);
  }
}

/** The keys as they come; an error where they are not in order, since then everything else would be wrong. */
async function* ascending(keys: AsyncIterable<string>, from: string): AsyncGenerator<string> {
  let before: string | undefined;
  for await (const key of keys) {
    if (before !== undefined && compareBytes(before, key) >= 0) {
      throw new Error(`${from} lists ${key} after ${before}: it is not in order`);
    }
    yield key;
    before = key;
  }
}

/** The order of S3's lists, and of PostgreSQL's collation C: not that of JavaScript's strings. */
function compareBytes(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
