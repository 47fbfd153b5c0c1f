/** What a search among the embeddings is narrowed to, in the database's own terms. */
export interface EmbeddingsFilter {
  readonly modelId: string;
  readonly preprocessing: string;
  readonly brandIds?: readonly number[] | undefined;
  readonly category?: string | undefined;
}

/** A statement with its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How a search finds its way: by the HNSW index, or by looking at every row that passes the filter. */
export type QueryPath = 'index' | 'exact';

/** How many rows the index looks at before it gives an answer; more are more exact, and slower. */
const EF_SEARCH = 100;
/** How many rows the index looks at for a filter that few of them pass. */
const MAX_SCAN = 40_000;

/**
 * Opens the transaction that a search runs in. The index goes on where too few of its rows pass the filter; that its rows
 * then come slightly out of order does not matter, since they are put in order afterwards.
 */
export const BEGIN = [
  'BEGIN READ ONLY',
  `SET LOCAL hnsw.ef_search = ${EF_SEARCH}`,
  'SET LOCAL hnsw.iterative_scan = relaxed_order',
  `SET LOCAL hnsw.max_scan_tuples = ${MAX_SCAN}`,
].join('; ');

/**
 * The photos that are most like a vector, folded into products that are still offered, the most alike first. Each row
 * has, as `scanned`, how many photos were looked up; where none of their products is offered, it is the only column.
 *
 * @param photos How many photos are looked up, at most.
 */
export function nearest(
  vector: readonly number[],
  filter: EmbeddingsFilter,
  photos: number,
  path: QueryPath,
): Statement {
  const { where, values } = conditions(filter, 3);
  // What is added keeps the planner from taking the index for it.
  const order = path === 'index' ? 'embedding <=> $1::vector' : '(embedding <=> $1::vector) + 0';
  return {
    text: `
      WITH near AS MATERIALIZED (
        SELECT product_id, photo_id, embedding <=> $1::vector AS distance
        FROM sku_image_embeddings WHERE ${where} ORDER BY ${order} LIMIT $2
      ), best AS (
        SELECT DISTINCT ON (product_id) product_id, photo_id, distance FROM near ORDER BY product_id, distance
      )
      SELECT found.*, counted.scanned
      FROM (SELECT count(*)::integer AS scanned FROM near) AS counted
        LEFT JOIN (
          SELECT products.id, products.sku, brands.name AS brand, products.name AS title, products.category,
            photos.object_key, best.distance
          FROM best
            JOIN products ON products.id = best.product_id AND products.active
            JOIN brands ON brands.id = products.brand_id
            JOIN photos ON photos.id = best.photo_id
        ) AS found ON true
      ORDER BY found.distance, found.id`,
    values: [`[${vector.join(',')}]`, photos, ...values],
  };
}

/** Has the planner estimate how many rows pass a filter. */
export function estimate(filter: EmbeddingsFilter): Statement {
  const { where, values } = conditions(filter, 1);
  return { text: `EXPLAIN (FORMAT JSON) SELECT FROM sku_image_embeddings WHERE ${where}`, values };
}

/** Which models the embeddings are of: those of the first row and the last one, as far as there are any. */
export const MODELS = `
  (SELECT model_id, preprocessing FROM sku_image_embeddings ORDER BY id LIMIT 1)
  UNION (SELECT model_id, preprocessing FROM sku_image_embeddings ORDER BY id DESC LIMIT 1)`;

function conditions(filter: EmbeddingsFilter, first: number): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value) + first - 1}`;
  const where = [
    `model_id = ${parameter(filter.modelId)}`,
    `preprocessing = ${parameter(filter.preprocessing)}`,
    ...(filter.brandIds === undefined ? [] : [`brand_id = ANY(${parameter(filter.brandIds)}::smallint[])`]),
    ...(filter.category === undefined ? [] : [`category = ${parameter(filter.category)}`]),
  ].join(' AND ');
  return { where, values };
}
