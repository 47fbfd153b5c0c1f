import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import { inTransaction } from '../../lib/runtime/stores/transaction.ts';
import { BEGIN, estimate, MODELS, nearest } from './embeddings-query.ts';
import type { EmbeddingsFilter, QueryPath } from './embeddings-query.ts';
import { productKey } from '../../contracts/garment.ts';
import { type FoundProduct, type Product } from './product.ts';

/** What is looked for. */
export interface EmbeddingsSearch {
  readonly vector: readonly number[];
  /** Which model made the vector, and which preparation, as the embedder names them: `0123456789abcdef+clip224-1`. */
  readonly model: string;
  /** How many products, at most. */
  readonly limit: number;
  /** Keys of products that are not to be found again. */
  readonly seen: ReadonlySet<string>;
  readonly brands?: readonly string[] | undefined;
  readonly category?: string | undefined;
}

/** What {@link Embeddings} are made of. */
export interface EmbeddingsOptions {
  readonly pool: Pick<pg.Pool, 'connect' | 'query'>;
  /** Where the catalogue's photos are: an object's key is put behind it. */
  readonly imagesUrl: string;
  /** Told of the way that each search took, `fallback` where the index found too few. */
  readonly onPath?: (path: QueryPath | 'fallback') => void;
}

/** The embeddings are of another model than the vector: nothing in them can be compared with it. */
export class AnotherModel extends Error {
  constructor(wanted: string, found: readonly string[]) {
    super(`the embeddings are of ${found.join(' and ')}, the embedder's model is ${wanted}`);
    this.name = 'AnotherModel';
  }
}

/** A filter that passes at most so many rows is answered by looking at each: below that the index is slower. */
const EXACT_ROWS = 8000;
/** Photos that are looked up for each product that is wanted; five photos a product do not all come first. */
const PHOTOS_EACH = 3;
/** How much further a search goes that found too few products. */
const FURTHER = 4;
/** The most photos that one search looks up. */
const MOST_PHOTOS = 8000;
/** How long what is known of models, brands and filters is believed, in milliseconds. */
const KNOWN_MS = 60_000;

/** Looks for products among the embeddings of their photos. */
export class Embeddings {
  readonly #options: EmbeddingsOptions;
  readonly #known = new LRUCache<string, object>({ max: 1000, ttl: KNOWN_MS });

  constructor(options: EmbeddingsOptions) {
    this.#options = options;
  }

  /**
   * The products that are most like a vector.
   *
   * @throws AnotherModel, and what PostgreSQL throws
   */
  async search(search: EmbeddingsSearch, deadline: Deadline): Promise<FoundProduct> {
    const nothing: FoundProduct = { products: [], more: false };
    const model = await this.#modelOf(search.model);
    if (model === undefined) return nothing;
    const brandIds = search.brands === undefined ? undefined : await this.#brandIds(search.brands);
    if (brandIds?.length === 0) return nothing;
    const filter: EmbeddingsFilter = { ...model, brandIds, category: search.category };
    const rows = await this.#rowsPassing(filter);
    deadline.check();
    if (rows <= EXACT_ROWS) {
      this.#options.onPath?.('exact');
      return this.#page(search, filter, 'exact', deadline);
    }
    this.#options.onPath?.('index');
    const found = await this.#page(search, filter, 'index', deadline);
    // The index gives up after so many rows; what passes the filter may all lie further away.
    if (found.products.length >= search.limit || !isFiltered(filter)) return found;
    this.#options.onPath?.('fallback');
    return this.#page(search, filter, 'exact', deadline);
  }

  /** Looks up more photos until there are products enough, or no more photos. */
  async #page(
    search: EmbeddingsSearch,
    filter: EmbeddingsFilter,
    path: QueryPath,
    deadline: Deadline,
  ): Promise<FoundProduct> {
    const wanted = search.limit + search.seen.size;
    const look = async (client: pg.PoolClient): Promise<FoundProduct> => {
      // Who looks at every row has nearly done the work: a second look would cost as much again.
      const first = wanted * PHOTOS_EACH * (path === 'exact' ? FURTHER : 1);
      for (let photos = first; ; photos *= FURTHER) {
        deadline.check();
        const count = Math.min(photos, MOST_PHOTOS);
        const { text, values } = nearest(search.vector, filter, count, path);
        const { rows } = await client.query<Row>(text, [...values]);
        const fresh = rows
          .filter(isProduct)
          .map((row) => this.#product(row))
          .filter((each) => !search.seen.has(productKey(each)));
        const isAll = (rows[0]?.scanned ?? 0) < count;
        if (fresh.length >= search.limit || isAll || count === MOST_PHOTOS) {
          return { products: fresh.slice(0, search.limit), more: fresh.length > search.limit || !isAll };
        }
      }
    };
    return inTransaction(this.#options.pool, look, { begin: BEGIN, endLater: true });
  }

  #product({ sku, brand, title, category, object_key, distance }: ProductRow): Product {
    const imageUrl = this.#options.imagesUrl + object_key.split('/').map(encodeURIComponent).join('/');
    return { sku, brand, title, category, imageUrl, similarity: 1 - distance };
  }

  /** The model in the database's own words; undefined while there are no embeddings at all. */
  async #modelOf(name: string): Promise<Pick<EmbeddingsFilter, 'modelId' | 'preprocessing'> | undefined> {
    const models = await this.#once('models', async () => {
      const { rows } = await this.#options.pool.query<{ model_id: string; preprocessing: string }>(MODELS);
      return rows;
    });
    const [id = '', preprocessing = ''] = name.split('+');
    // The embedder's name has the beginning of the file's hash; the database has all of it.
    const model = models.find((each) => each.model_id.startsWith(id) && each.preprocessing === preprocessing);
    if (model !== undefined) return { modelId: model.model_id, preprocessing };
    this.#known.delete('models');
    if (models.length === 0) return undefined;
    const names = models.map((each) => `${each.model_id.slice(0, 16)}+${each.preprocessing}`);
    throw new AnotherModel(name, names);
  }

  async #brandIds(names: readonly string[]): Promise<number[]> {
    const brands = await this.#once('brands', async () => {
      const { rows } = await this.#options.pool.query<{ id: number; name: string }>(
        'SELECT id, name FROM brands',
      );
      return new Map(rows.map(({ id, name }) => [name, id]));
    });
    return names.flatMap((name) => brands.get(name.toLowerCase()) ?? []);
  }

  async #rowsPassing(filter: EmbeddingsFilter): Promise<number> {
    if (!isFiltered(filter)) return Infinity;
    const { rows } = await this.#once(`rows ${JSON.stringify(filter)}`, async () => {
      const { text, values } = estimate(filter);
      const plans = await this.#options.pool.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
        text,
        [...values],
      );
      return { rows: plans.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0 };
    });
    return rows;
  }

  async #once<T extends object>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    const value = await ask();
    this.#known.set(key, value);
    return value;
  }
}

interface ProductRow {
  readonly sku: string;
  readonly brand: string;
  readonly title: string;
  readonly category: string;
  readonly object_key: string;
  readonly distance: number;
}

type Row = { readonly scanned: number } & (ProductRow | { readonly sku: null });

function isProduct(row: Row): row is { readonly scanned: number } & ProductRow {
  return row.sku !== null;
}

function isFiltered({ brandIds, category }: EmbeddingsFilter): boolean {
  return brandIds !== undefined || category !== undefined;
}
