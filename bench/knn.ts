import type pg from 'pg';
import { Deadline } from '../src/lib/runtime/call/deadline.ts';
import { nearest } from '../src/services/ximilar-gw/embeddings-query.ts';
import { Embeddings } from '../src/services/ximilar-gw/embeddings.ts';
import { percentile, type Bench, type Measurement } from './bench.ts';
import { BRANDS, SyntheticCatalogue, type CatalogueShape } from './knn/catalogue.ts';
import { MODEL } from './knn/copy-file.ts';
import { KnnDatabase } from './knn/database.ts';

interface Size extends CatalogueShape {
  /** Queries that are timed, and those before them. */
  readonly queries: number;
  readonly warm: number;
  /** Those whose right answer is worked out by looking at every row; each takes a seventh of a second. */
  readonly exact: number;
  /** Queries of each client, when several ask at once. */
  readonly each: number;
}

const FULL: Size = { products: 47_000, photosPerProduct: 5, queries: 200, warm: 40, exact: 60, each: 100 };
/** Enough that each brand has some products. */
const SMOKE: Size = { products: 400, photosPerProduct: 2, queries: 2, warm: 1, exact: 1, each: 1 };
const CANDIDATES = 50;
const CLIENTS = 8;
/** Looked up where every row is looked at: enough for fifty products, whatever the photos. */
const EXACT_PHOTOS = 1000;

const CASES = [
  { name: 'no filter', brands: undefined, limit: 10 },
  { name: 'filter passing 50%', brands: [BRANDS[0].name], limit: 25 },
  { name: 'filter passing 10%', brands: [BRANDS[2].name], limit: 25 },
  { name: 'filter passing 1%', brands: [BRANDS[3].name], limit: 25 },
] as const;
type Case = (typeof CASES)[number];

/** The search of ximilar-gw among 235,000 embeddings, against looking at every row. */
export const bench: Bench = {
  name: 'knn',
  what: '50 candidates among 235K embeddings by pgvector, filtered or not, one client and eight, against exact search',
  async run({ smoke, lab }) {
    const size = smoke ? SMOKE : FULL;
    const database = await KnnDatabase.up(size, lab);
    const pool = database.pool(CLIENTS);
    try {
      const rig = new Rig(pool, size);
      const measured: Measurement[] = [];
      for (const each of CASES) measured.push(...(await one(rig, each)));
      measured.push(await eight(rig), await eightExact(rig));
      measured.push(
        stated('load', database.seconds.load, size),
        stated('index build', database.seconds.index, size),
      );
      return measured;
    } finally {
      await pool.end();
      await database.down();
    }
  },
};

/** What is searched, and how. */
class Rig {
  readonly size: Size;
  readonly #queries: readonly number[][];
  readonly #pool: pg.Pool;
  readonly #embeddings: Embeddings;

  constructor(pool: pg.Pool, size: Size) {
    this.size = size;
    const catalogue = new SyntheticCatalogue();
    // Photos of products of the catalogue that are not in it.
    this.#queries = Array.from({ length: 1000 }, (_, number) => [
      ...catalogue.embedding((number * 997) % size.products, size.photosPerProduct + 1),
    ]);
    this.#pool = pool;
    this.#embeddings = new Embeddings({ pool, imagesUrl: 'https://images/' });
  }

  query(number: number): readonly number[] {
    return this.#queries[number % this.#queries.length] as readonly number[];
  }

  async search(
    number: number,
    brands: readonly string[] | undefined,
  ): Promise<{ ms: number; skus: string[] }> {
    const vector = this.query(number);
    const began = performance.now();
    const { products } = await this.#embeddings.search(
      {
        vector,
        model: `${MODEL.id.slice(0, 16)}+${MODEL.preprocessing}`,
        limit: CANDIDATES,
        seen: new Set(),
        brands,
      },
      Deadline.after(60_000),
    );
    return { ms: performance.now() - began, skus: products.map(({ sku }) => sku) };
  }

  /** The right answer, and how long it takes. */
  async exact(
    number: number,
    brands: readonly string[] | undefined,
  ): Promise<{ ms: number; skus: string[] }> {
    const brandIds = brands?.map((brand) => BRANDS.findIndex(({ name }) => name === brand) + 1);
    const filter = { modelId: MODEL.id, preprocessing: MODEL.preprocessing, brandIds };
    const { text, values } = nearest(this.query(number), filter, EXACT_PHOTOS, 'exact');
    const began = performance.now();
    const { rows } = await this.#pool.query<{ sku: string }>(text, [...values]);
    return { ms: performance.now() - began, skus: rows.map(({ sku }) => sku) };
  }
}

async function one(rig: Rig, { name, brands, limit }: Case): Promise<Measurement[]> {
  for (let number = 0; number < rig.size.warm; number++) await rig.search(number + 500, brands);
  const times: number[] = [];
  const exact: number[] = [];
  let right = 0;
  let found = 0;
  for (let number = 0; number < rig.size.queries; number++) {
    const answer = await rig.search(number, brands);
    times.push(answer.ms);
    found += answer.skus.length;
    if (number >= rig.size.exact) continue;
    const truth = await rig.exact(number, brands);
    exact.push(truth.ms);
    right += truth.skus.slice(0, 10).filter((sku) => answer.skus.slice(0, 10).includes(sku)).length / 10;
  }
  const [p95, reference] = [percentile(times, 95), percentile(exact, 95)];
  const recall = right / rig.size.exact;
  return [
    {
      name: `knn, ${name}`,
      value: p95,
      unit: 'ms p95',
      reference,
      ratio: p95 / reference,
      aim: `p95 <= ${limit} ms`,
      holds: p95 <= limit,
      note: `p50 ${percentile(times, 50).toFixed(1)} ms; ${(found / rig.size.queries).toFixed(1)} products; exact p50 ${percentile(exact, 50).toFixed(1)} ms`,
    },
    {
      name: `knn, ${name}: recall@10`,
      value: recall,
      unit: '',
      reference: undefined,
      ratio: undefined,
      aim: 'recall@10 >= 0.97',
      holds: recall >= 0.97,
      note: `${rig.size.exact} queries`,
    },
  ];
}

/** Runs queries from several clients at once; answers their times and how many there were a second. */
async function together(
  clients: number,
  each: number,
  ask: (number: number) => Promise<{ ms: number }>,
): Promise<{ p95: number; perSecond: number }> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let number = 0; number < each; number++) times.push((await ask(client * each + number)).ms);
    }),
  );
  return { p95: percentile(times, 95), perSecond: times.length / ((performance.now() - began) / 1000) };
}

async function eight(rig: Rig): Promise<Measurement> {
  const { p95, perSecond } = await together(CLIENTS, rig.size.each, (number) =>
    rig.search(number, undefined),
  );
  return {
    name: `knn, ${CLIENTS} clients`,
    value: p95,
    unit: 'ms p95',
    reference: undefined,
    ratio: undefined,
    aim: 'stated',
    holds: true,
    note: `${perSecond.toFixed(0)} searches/s`,
  };
}

async function eightExact(rig: Rig): Promise<Measurement> {
  const { p95, perSecond } = await together(CLIENTS, Math.min(4, rig.size.each), (number) =>
    rig.exact(number, undefined),
  );
  return {
    name: `exact scan, ${CLIENTS} clients`,
    value: p95,
    unit: 'ms p95',
    reference: undefined,
    ratio: undefined,
    aim: 'stated',
    holds: true,
    note: `${perSecond.toFixed(1)} searches/s`,
  };
}

function stated(what: string, seconds: number, size: Size): Measurement {
  return {
    name: `knn, ${what}`,
    value: seconds,
    unit: 's',
    reference: undefined,
    ratio: undefined,
    aim: 'stated',
    holds: true,
    note: `${size.products * size.photosPerProduct} rows`,
  };
}
