import type { SearchFleet } from './search-fleet.ts';

/** A photo's vector, as the embedder names and makes it. */
export interface Embedded {
  readonly vector: readonly number[];
  readonly model: string;
}

/** A vector with a given cosine to another one, in another direction for each seed. */
function atCosine({ vector }: Embedded, cos: number, seed: number): string {
  const other = vector.map((_, index) => Math.sin((index + 1) * (seed + 1) * 12.9898));
  const along = other.reduce((sum, value, index) => sum + value * (vector[index] ?? 0), 0);
  const across = other.map((value, index) => value - along * (vector[index] ?? 0));
  const norm = Math.hypot(...across);
  const sine = Math.sqrt(1 - cos * cos);
  return `[${vector.map((value, index) => cos * value + (sine * (across[index] ?? 0)) / norm).join(',')}]`;
}

/**
 * Sixty products of two brands with two photos each: S-1 is .93 like the photo, S-2 .78, the others less and less. S-3 is
 * no longer offered. The weights of a lab's model are random, so distances are planted rather than computed.
 *
 * @returns What the database said; nothing where all went well.
 */
export function plantCatalogue(chain: SearchFleet, query: Embedded): Promise<string> {
  const [model, preprocessing] = query.model.split('+');
  const rows: string[] = [];
  for (let number = 1; number <= 60; number++) {
    const cos = number === 1 ? 0.93 : 0.8 - number / 100;
    for (const position of [1, 2]) {
      const vector = atCosine(query, position === 1 ? cos : cos - 0.01, number * 2 + position);
      rows.push(`(${number}, ${position}, '${vector}')`);
    }
  }
  return chain.sql(`
    BEGIN;
    INSERT INTO brands (name, title) VALUES ('zara', 'Zara'), ('oysho', 'Oysho');
    CREATE TEMPORARY TABLE planted (number integer, position smallint, embedding vector(512));
    INSERT INTO planted VALUES ${rows.join(',\n')};
    INSERT INTO products (brand_id, sku, name, category, active)
      SELECT b.id, 'S-' || n, 'Product ' || n, CASE WHEN n % 2 = 1 THEN 'dress' ELSE 'jacket' END, n <> 3
      FROM generate_series(1, 60) n JOIN brands b ON b.name = CASE WHEN n > 50 THEN 'oysho' ELSE 'zara' END ORDER BY n;
    INSERT INTO photos (product_id, position, object_key, content_hash)
      SELECT p.id, q.position, format('originals/%s/%s/%s.jpg', b.name, p.sku, q.position), sha256(format('%s/%s', p.sku, q.position)::bytea)
      FROM planted q JOIN products p ON p.sku = 'S-' || q.number JOIN brands b ON b.id = p.brand_id;
    INSERT INTO sku_image_embeddings (product_id, photo_id, model_id, preprocessing, content_hash, brand_id, category, embedding)
      SELECT p.id, f.id, '${model}' || repeat('0', 48), '${preprocessing}', f.content_hash, p.brand_id, p.category, q.embedding
      FROM planted q JOIN products p ON p.sku = 'S-' || q.number JOIN photos f ON f.product_id = p.id AND f.position = q.position;
    COMMIT;
    ANALYZE sku_image_embeddings;`);
}
