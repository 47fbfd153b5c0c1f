import { beforeEach, describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/lib/runtime/call/deadline.ts';
import {
  AnotherModel,
  Embeddings,
  type EmbeddingsSearch,
} from '../../../src/services/ximilar-gw/embeddings.ts';

/** What PostgreSQL was asked, and what it answers. */
class Database {
  readonly asked: { text: string; values: readonly unknown[] }[] = [];
  /** Products by what the search found, the most alike first; two photos each. */
  byIndex = 200;
  byExact = 200;
  /** How many rows the planner thinks pass the filter. */
  estimate = 100_000;
  models = [{ model_id: 'a'.repeat(64), preprocessing: 'clip224-1' }];
  fails: string | undefined;
  released: unknown[] = [];

  readonly query = (
    given: string | { text: string },
    values: readonly unknown[] = [],
  ): Promise<{ rows: unknown[] }> => {
    const text = typeof given === 'string' ? given : given.text;
    this.asked.push({ text, values });
    if (this.fails !== undefined && text.includes(this.fails)) return Promise.reject(new Error('broken'));
    return Promise.resolve({ rows: this.#answer(text, values) });
  };

  readonly connect = () =>
    Promise.resolve({ query: this.query, release: (error?: unknown) => this.released.push(error) });

  #answer(text: string, values: readonly unknown[]): unknown[] {
    if (text.startsWith('EXPLAIN')) return [{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': this.estimate } }] }];
    if (text.includes('UNION')) return this.models;
    if (text.includes('FROM brands')) return [{ id: 3, name: 'zara' }];
    if (!text.includes('near')) return [];
    const products = text.includes('+ 0') ? this.byExact : this.byIndex;
    const photos = Math.min(products * 2, Number(values[1]));
    if (photos === 0) return [{ sku: null, scanned: 0 }];
    return Array.from({ length: Math.ceil(photos / 2) }, (_, index) => ({
      sku: String(index),
      brand: 'zara',
      title: 't',
      category: 'c',
      object_key: `originals/zara/${index}/1 1.jpg`,
      distance: index / 1000,
      scanned: photos,
    }));
  }
}

let database: Database;
let paths: string[];
let embeddings: Embeddings;

beforeEach(() => {
  database = new Database();
  paths = [];
  embeddings = new Embeddings({
    pool: database as never,
    imagesUrl: 'https://images/',
    onPath: (path) => paths.push(path),
  });
});

const find = (search: Partial<EmbeddingsSearch> = {}) =>
  embeddings.search(
    { vector: [1, 0], model: `${'a'.repeat(16)}+clip224-1`, limit: 50, seen: new Set(), ...search },
    Deadline.after(1000),
  );
const lookups = () =>
  database.asked.filter(({ text }) => text.includes('near')).map(({ values }) => values[1]);

describe('Embeddings', () => {
  it('searches by the index, in a transaction with its own settings, and names the photos', async () => {
    const { products, more } = await find();
    expect(products).toHaveLength(50);
    expect(more).toBe(true);
    expect(products[1]).toEqual({
      sku: '1',
      brand: 'zara',
      title: 't',
      category: 'c',
      similarity: 0.999,
      imageUrl: 'https://images/originals/zara/1/1%201.jpg',
    });
    expect(paths).toEqual(['index']);
    await expect.poll(() => database.asked.length).toBe(4);
    const [, begin, search, commit] = database.asked.map(({ text }) => text);
    expect(begin).toMatch(/^BEGIN READ ONLY; .*hnsw\.iterative_scan = relaxed_order/);
    expect(search).toContain('ORDER BY embedding <=> $1::vector LIMIT $2');
    expect(commit).toBe('COMMIT');
    await expect.poll(() => database.released).toEqual([undefined]);
  });

  it('looks further where there are many photos of few products, until there are enough, or no more', async () => {
    database.byIndex = 500;
    const { products } = await find({ limit: 200 });
    expect(products).toHaveLength(200);
    expect(lookups()).toEqual([600]);
    database.byIndex = 60;
    expect(await find({ limit: 100 })).toMatchObject({ more: false });
    expect(lookups()).toEqual([600, 300]);
    database.byIndex = 5000;
    await find({ limit: 10, seen: new Set(Array.from({ length: 40 }, (_, index) => `zara/${index}`)) });
    expect(lookups()).toEqual([600, 300, 150]);
  });

  it('does not find again what was seen', async () => {
    const { products } = await find({ limit: 3, seen: new Set(['zara/0', 'zara/2']) });
    expect(products.map(({ sku }) => sku)).toEqual(['1', '3', '4']);
    database.byIndex = 3;
    expect(await find({ seen: new Set(['zara/0', 'zara/1', 'zara/2']) })).toEqual({
      products: [],
      more: false,
    });
  });

  it('looks at every row that passes a narrow filter', async () => {
    database.estimate = 2000;
    await find({ brands: ['Zara'], category: 'dress' });
    expect(paths).toEqual(['exact']);
    const search = database.asked.find(({ text }) => text.includes('near'));
    expect(search?.text).toContain('ORDER BY (embedding <=> $1::vector) + 0');
    expect(search?.text).toContain('brand_id = ANY($5::smallint[]) AND category = $6');
    expect(search?.values.slice(2)).toEqual(['a'.repeat(64), 'clip224-1', [3], 'dress']);
    await find({ brands: ['Zara'], category: 'dress' });
    expect(database.asked.filter(({ text }) => text.startsWith('EXPLAIN'))).toHaveLength(1);
  });

  it('looks at every row after all where the index gives up with too few', async () => {
    database.byIndex = 4;
    const { products } = await find({ category: 'hat' });
    expect(products).toHaveLength(50);
    expect(paths).toEqual(['index', 'fallback']);
  });

  it('finds nothing for a brand that there is not, and where there are no embeddings', async () => {
    expect(await find({ brands: ['nobody'] })).toEqual({ products: [], more: false });
    database.models = [];
    const empty = new Embeddings({ pool: database as never, imagesUrl: '' });
    const search = { vector: [1], model: 'x+y', limit: 5, seen: new Set<string>() };
    expect(await empty.search(search, Deadline.after(1000))).toEqual({ products: [], more: false });
    expect(lookups()).toEqual([]);
  });

  it.each(['b'.repeat(16) + '+clip224-1', 'a'.repeat(16) + '+clip224-2'])(
    'refuses a vector of %s',
    async (model) => {
      await expect(find({ model })).rejects.toThrow(AnotherModel);
      expect(lookups()).toEqual([]);
      // It is asked again each time: the right one may have come.
      database.models = [
        { model_id: 'b'.repeat(64), preprocessing: 'clip224-1' },
        { model_id: 'a'.repeat(64), preprocessing: 'clip224-2' },
      ];
      expect((await find({ model })).products).toHaveLength(50);
    },
  );

  it('rolls back a search that failed, and closes a connection whose end failed', async () => {
    database.fails = 'near';
    await expect(find()).rejects.toThrow('broken');
    await expect.poll(() => database.released).toEqual([undefined]);
    expect(database.asked.at(-1)?.text).toBe('ROLLBACK');
    database.fails = 'COMMIT';
    database.released = [];
    expect((await find()).products).toHaveLength(50);
    await expect.poll(() => database.released.at(-1)).toEqual(new Error('broken'));
  });
});
