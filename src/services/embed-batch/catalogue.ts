import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { BatchScope } from '../../contracts/embed-batch.ts';
import { inTransaction, Transaction } from '../../lib/runtime/stores/transaction.ts';
import type { Named } from './reconciliation.ts';

/** A photo that has no embedding yet, or an outdated one. */
export interface PendingPhoto {
  readonly id: string;
  readonly productId: string;
  readonly brandId: number;
  readonly category: string;
  readonly key: string;
  /** SHA-256 of the file, as the catalogue knows it. */
  readonly contentHash: Buffer;
  /** Whether it could not be read before, with the same content. */
  readonly failedBefore: boolean;
}

/** A photo's embedding, ready to be written. */
export interface Embedding {
  readonly photo: PendingPhoto;
  readonly vector: Float32Array;
}

/** A photo that could not be embedded, and why. */
export interface Unreadable {
  readonly photo: PendingPhoto;
  readonly reason: string;
}

/** What makes two vectors comparable. */
export interface ModelIdentity {
  readonly modelId: string;
  readonly preprocessing: string;
}

/** How much of each product a scope takes. */
export interface ScopeLimits {
  readonly photosPerProduct: number;
  /** Rerank score, 0 to 1, below which a product gets more photos. */
  readonly lowScore: number;
}

/** How long building the index may take, in milliseconds; 235 thousand photos take about a minute and a half. */
const BUILD_MS = 6 * 3_600_000;

/** How many keys are fetched at a time. */
const KEYS = 5000;

/** How far back the progressive scope looks at what recognition scored, in days. */
const SCORED_DAYS = 30;

/** Scopes that nobody has to ask for: the jobs' and the watch's. */
type TimedScope = Extract<BatchScope, 'new' | 'progressive'>;
const isTimed = (scope: BatchScope): scope is TimedScope => scope === 'new' || scope === 'progressive';

/**
 * The photos of a scope that lack an up-to-date embedding by this model. What could not be read with the very content
 * that it has now is tried again only when somebody asks: an object may have been brought back meanwhile.
 * $1 model, $2 preprocessing, $3 photos a product, $4 brands, $5 SKUs, $6 lowest score, $7 days.
 */
const PENDING = (scope: BatchScope) => `
FROM photos p
JOIN products pr ON pr.id = p.product_id
JOIN brands b ON b.id = pr.brand_id
LEFT JOIN sku_image_embeddings e ON e.product_id = p.product_id AND e.photo_id = p.id AND e.model_id = $1
LEFT JOIN embedding_failures f ON f.photo_id = p.id AND f.model_id = $1 AND f.content_hash = p.content_hash
WHERE pr.active ${isTimed(scope) ? 'AND f.photo_id IS NULL' : ''}
  AND (e.id IS NULL OR e.content_hash <> p.content_hash OR e.preprocessing <> $2)
  AND ($4::text[] IS NULL OR b.name = ANY ($4)) AND ($5::text[] IS NULL OR pr.sku = ANY ($5))
  ${
    scope === 'progressive'
      ? 'AND (p.position <= $3 OR (b.name, pr.sku) IN (SELECT l.brand, l.sku FROM low_ranked_products($6, $7::int) l))'
      : 'AND p.position <= $3 AND $6::float8 IS NOT NULL AND $7::int IS NOT NULL'
  }`;

/** The catalogue's photos and their embeddings, in Production DB. */
export class Catalogue {
  readonly #pool: Pool;
  readonly #limits: ScopeLimits;
  readonly #identity: () => ModelIdentity;

  constructor(pool: Pool, limits: ScopeLimits, identity: () => ModelIdentity) {
    this.#pool = pool;
    this.#limits = limits;
    this.#identity = identity;
  }

  /** How many photos of a scope lack an embedding. */
  async countPending(scope: BatchScope): Promise<number> {
    const { rows } = await this.#pool.query<{ count: string }>(
      `SELECT count(*) ${PENDING(scope)}`,
      this.#parameters(scope),
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** Whether a scope has anything to do; cheaper than counting. */
  async hasPending(scope: BatchScope): Promise<boolean> {
    const { rows } = await this.#pool.query(`SELECT 1 ${PENDING(scope)} LIMIT 1`, this.#parameters(scope));
    return rows.length > 0;
  }

  /**
   * The photos of a scope that lack an embedding, by id.
   *
   * @param after The last id of the page before; photos that fail or change meanwhile are not met twice in one run.
   */
  async pending(scope: BatchScope, after: string, limit: number): Promise<PendingPhoto[]> {
    const { rows } = await this.#pool.query<{
      id: string;
      product_id: string;
      brand_id: number;
      category: string;
      object_key: string;
      content_hash: Buffer;
      failed_before: boolean;
    }>(
      `SELECT p.id, p.product_id, pr.brand_id, pr.category, p.object_key, p.content_hash,
         f.photo_id IS NOT NULL AS failed_before ${PENDING(scope)}
       AND p.id > $8 ORDER BY p.id LIMIT $9`,
      [...this.#parameters(scope), after, limit],
    );
    return rows.map((row) => ({
      id: row.id,
      productId: row.product_id,
      brandId: row.brand_id,
      category: row.category,
      key: row.object_key,
      contentHash: row.content_hash,
      failedBefore: row.failed_before,
    }));
  }

  /**
   * Writes embeddings and failures, and counts them for a run: all or nothing. What is there already is replaced, so a
   * batch that is written twice is written once.
   */
  async write(
    run: string,
    embeddings: readonly Embedding[],
    unreadable: readonly Unreadable[],
  ): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      if (embeddings.length > 0) await this.#insert(client, embeddings);
      if (unreadable.length > 0) await this.#fail(client, unreadable);
      await client.query(
        'UPDATE embedding_runs SET done = done + $2, failed = failed + $3, updated_at = now() WHERE id = $1',
        [run, embeddings.length, unreadable.length],
      );
    });
  }

  /** Photos that could not be embedded with the content that they have, the newest first. */
  async unreadable(limit: number): Promise<{ key: string; reason: string }[]> {
    const { rows } = await this.#pool.query<{ key: string; reason: string }>(
      `SELECT p.object_key AS key, f.reason FROM embedding_failures f JOIN photos p ON p.id = f.photo_id
       WHERE f.model_id = $1 AND f.content_hash = p.content_hash ORDER BY f.last_attempt_at DESC, p.id LIMIT $2`,
      [this.#identity().modelId, limit],
    );
    return rows;
  }

  /** The keys of all photos in the order of their bytes; memory holds one page of them. */
  async *photoKeys(): AsyncGenerator<string> {
    const transaction = await Transaction.begin(this.#pool, 'BEGIN READ ONLY');
    const { client } = transaction;
    try {
      await client.query(
        'DECLARE keys CURSOR FOR SELECT object_key FROM photos ORDER BY object_key COLLATE "C"',
      );
      for (;;) {
        const { rows } = await client.query<{ object_key: string }>(`FETCH ${KEYS} FROM keys`);
        for (const row of rows) yield row.object_key;
        if (rows.length < KEYS) break;
      }
    } finally {
      // Also where nobody wants the rest.
      await transaction.rollBack();
    }
  }

  /** Photos that should have an embedding, have none that is up to date, and are not known to be unreadable. */
  async missing(most: number): Promise<Named> {
    const first = await this.pending('new', '0', most);
    const count = first.length < most ? first.length : await this.countPending('new');
    return { count, first: first.map(({ key }) => key) };
  }

  /** Embeddings whose photo is gone; the database itself forbids them. */
  async orphans(most: number): Promise<Named> {
    const { rows } = await this.#pool.query<{ id: string; count: string }>(
      `SELECT e.id, count(*) OVER () AS count FROM sku_image_embeddings e
       WHERE NOT EXISTS (SELECT FROM photos p WHERE p.id = e.photo_id) ORDER BY e.id LIMIT $1`,
      [most],
    );
    return { count: Number(rows[0]?.count ?? 0), first: rows.map(({ id }) => `embedding ${id}`) };
  }

  /** How many embeddings there are of the model that runs, how many of others, and how many photos are unreadable. */
  async totals(): Promise<{ embeddings: number; outdated_embeddings: number; unreadable: number }> {
    const { rows } = await this.#pool.query<{ ours: string; others: string; unreadable: string }>(
      `SELECT count(*) FILTER (WHERE model_id = $1) AS ours, count(*) FILTER (WHERE model_id <> $1) AS others,
         (SELECT count(*) FROM embedding_failures f JOIN photos p ON p.id = f.photo_id
          WHERE f.model_id = $1 AND f.content_hash = p.content_hash) AS unreadable
       FROM sku_image_embeddings`,
      [this.#identity().modelId],
    );
    const [row] = rows;
    return {
      embeddings: Number(row?.ours),
      outdated_embeddings: Number(row?.others),
      unreadable: Number(row?.unreadable),
    };
  }

  /** Whether no embedding is there at all: then a large run loads first and builds the index afterwards. */
  async isEmpty(): Promise<boolean> {
    const { rows } = await this.#pool.query('SELECT 1 FROM sku_image_embeddings LIMIT 1');
    return rows.length === 0;
  }

  async dropIndex(): Promise<void> {
    await this.#pool.query('SELECT drop_embeddings_index()');
  }

  async hasIndex(): Promise<boolean> {
    const { rows } = await this.#pool.query<{ there: boolean }>(
      "SELECT to_regclass('sku_image_embeddings_hnsw') IS NOT NULL AS there",
    );
    return rows[0]?.there === true;
  }

  /** Builds the index where it is absent; minutes for the whole catalogue, and nothing where it is there. */
  async buildIndex(): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      await client.query('SET LOCAL statement_timeout = 0');
      const build: QueryConfig & { query_timeout: number } = {
        text: 'SELECT build_embeddings_index()',
        query_timeout: BUILD_MS,
      };
      await client.query(build);
    });
  }

  async #insert(client: PoolClient, embeddings: readonly Embedding[]): Promise<void> {
    const { modelId, preprocessing } = this.#identity();
    const photos = embeddings.map(({ photo }) => photo);
    await client.query(
      `INSERT INTO sku_image_embeddings
         (product_id, photo_id, model_id, preprocessing, content_hash, brand_id, category, embedding)
       SELECT product, photo, $1, $2, hash, brand, category, embedding::vector
       FROM unnest($3::bigint[], $4::bigint[], $5::bytea[], $6::smallint[], $7::text[], $8::text[])
         AS given (product, photo, hash, brand, category, embedding)
       ON CONFLICT ON CONSTRAINT sku_image_embeddings_sku_photo_model DO UPDATE SET
         preprocessing = excluded.preprocessing, content_hash = excluded.content_hash, brand_id = excluded.brand_id,
         category = excluded.category, embedding = excluded.embedding, created_at = now()`,
      [
        modelId,
        preprocessing,
        photos.map(({ productId }) => productId),
        photos.map(({ id }) => id),
        photos.map(({ contentHash }) => contentHash),
        photos.map(({ brandId }) => brandId),
        photos.map(({ category }) => category),
        embeddings.map(({ vector }) => `[${vector.join(',')}]`),
      ],
    );
    // What could not be read before, and now could, is no failure any more.
    await client.query('DELETE FROM embedding_failures WHERE model_id = $1 AND photo_id = ANY ($2)', [
      modelId,
      photos.map(({ id }) => id),
    ]);
  }

  async #fail(client: PoolClient, unreadable: readonly Unreadable[]): Promise<void> {
    await client.query(
      `INSERT INTO embedding_failures (photo_id, model_id, content_hash, reason)
       SELECT photo, $1, hash, reason FROM unnest($2::bigint[], $3::bytea[], $4::text[]) AS given (photo, hash, reason)
       ON CONFLICT (photo_id, model_id) DO UPDATE SET content_hash = excluded.content_hash, reason = excluded.reason,
         attempts = embedding_failures.attempts + 1, last_attempt_at = now()`,
      [
        this.#identity().modelId,
        unreadable.map(({ photo }) => photo.id),
        unreadable.map(({ photo }) => photo.contentHash),
        unreadable.map(({ reason }) => reason.slice(0, 500)),
      ],
    );
  }

  #parameters(scope: BatchScope): unknown[] {
    const { modelId, preprocessing } = this.#identity();
    const brands = typeof scope === 'object' && 'brand' in scope ? [scope.brand] : null;
    const skus = typeof scope === 'object' && 'skus' in scope ? scope.skus : null;
    const { photosPerProduct, lowScore } = this.#limits;
    return [modelId, preprocessing, photosPerProduct, brands, skus, lowScore, SCORED_DAYS];
  }
}
