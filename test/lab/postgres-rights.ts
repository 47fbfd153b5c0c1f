/** What each role holds, as `role: table RIGHTS (columns) …`, from the server's own catalogue; nothing is left out. */
export const RIGHTS = `
WITH held AS (
  SELECT r.rolname AS role, c.relname AS name, p.privilege, has_table_privilege(r.oid, c.oid, p.privilege) AS whole,
    (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND p.privilege IN ('SELECT', 'INSERT', 'UPDATE')
       AND has_column_privilege(r.oid, c.oid, a.attnum, p.privilege)) AS columns
  FROM pg_roles r, pg_class c,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'])
      WITH ORDINALITY p (privilege, place)
  WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND r.rolname !~ '_[ab]$'
    AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
)
SELECT role || ': ' || name || ' ' || string_agg(privilege || CASE WHEN whole THEN '' ELSE '(' || columns || ')' END, ' ' ORDER BY privilege)
FROM held WHERE whole OR columns IS NOT NULL GROUP BY role, name ORDER BY 1;
SELECT r.rolname || ': ' || p.oid::regprocedure
FROM pg_roles r, pg_proc p
WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND r.rolname !~ '_[ab]$' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
  AND p.pronamespace IN ('public'::regnamespace, 'unde'::regnamespace)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1;`;

/** What each role of Production DB may do. */
export const PRODUCTION_RIGHTS = `
embed_batch: brands SELECT
embed_batch: embedding_failures DELETE INSERT SELECT UPDATE
embed_batch: embedding_runs INSERT SELECT UPDATE
embed_batch: photos SELECT
embed_batch: products SELECT
embed_batch: sku_image_embeddings DELETE INSERT SELECT UPDATE
local_orchestrator: brands SELECT
local_orchestrator: photos SELECT
local_orchestrator: products SELECT
local_orchestrator: routing_table INSERT SELECT UPDATE
local_orchestrator: shards SELECT
local_orchestrator: tombstone_registry INSERT SELECT
monitoring: sku_image_embeddings SELECT(id)
recognition: brands SELECT
recognition: photos SELECT
recognition: products SELECT
recognition: recognition_requests INSERT SELECT UPDATE
scraper: brands INSERT SELECT UPDATE
scraper: photos DELETE INSERT SELECT UPDATE
scraper: products INSERT SELECT UPDATE
ximilar_gw: brands SELECT
ximilar_gw: photos SELECT(id,object_key)
ximilar_gw: products SELECT(id,brand_id,sku,name,category,active)
ximilar_gw: sku_image_embeddings SELECT
embed_batch: build_embeddings_index()
embed_batch: drop_embeddings_index()
embed_batch: low_ranked_products(double precision,integer)
pgbouncer: unde.verifier(text)`.trim();

/** What each role of Staging DB may do. */
export const STAGING_RIGHTS = `
apify: photos INSERT SELECT UPDATE(source_url,status,attempts,next_attempt_at,error)
apify: products INSERT SELECT UPDATE
collage: collage_queue SELECT UPDATE
collage: photos SELECT
collage: products SELECT
monitoring: collage_queue SELECT(status)
photo_downloader: collage_queue INSERT SELECT UPDATE(status,attempts,error,taken_by,taken_until,finished_at)
photo_downloader: photos SELECT UPDATE(status,attempts,next_attempt_at,error,object_key,content_hash,bytes,width,height,downloaded_at)
photo_downloader: products SELECT
recognition: raw_availability SELECT
scraper: collage_queue SELECT
scraper: photos SELECT
scraper: products SELECT UPDATE(synced_at)
scraper: raw_availability INSERT SELECT
ximilar_sync: photos SELECT
ximilar_sync: products SELECT
ximilar_sync: ximilar_sync INSERT SELECT UPDATE
pgbouncer: unde.verifier(text)`.trim();

/** What roles must not do, as somebody would try it. */
export const REFUSED: Readonly<Record<'production' | 'staging', readonly (readonly [string, string])[]>> = {
  production: [
    ['ximilar_gw', "UPDATE sku_image_embeddings SET category = 'x'"],
    ['ximilar_gw', 'DELETE FROM sku_image_embeddings'],
    ['ximilar_gw', 'SELECT price FROM products'],
    ['ximilar_gw', 'SELECT * FROM photos'],
    ['ximilar_gw', 'SELECT * FROM recognition_requests'],
    ['ximilar_gw', 'SELECT user_id FROM routing_table'],
    ['ximilar_gw', 'SELECT drop_embeddings_index()'],
    ['ximilar_gw', 'CREATE TABLE own ()'],
    ['ximilar_gw', 'CREATE TEMPORARY TABLE own ()'],
    ['embed_batch', "UPDATE photos SET object_key = 'x'"],
    ['embed_batch', 'DELETE FROM products'],
    ['embed_batch', 'SELECT * FROM recognition_requests'],
    ['embed_batch', 'TRUNCATE sku_image_embeddings'],
    ['embed_batch', 'DROP TABLE sku_image_embeddings'],
    ['recognition', 'DELETE FROM recognition_requests'],
    ['recognition', 'SELECT * FROM sku_image_embeddings'],
    ['recognition', "UPDATE products SET name = 'x'"],
    ['scraper', 'SELECT * FROM recognition_requests'],
    ['scraper', 'SELECT * FROM tombstone_registry'],
    ['scraper', 'DELETE FROM products'],
    ['local_orchestrator', 'DELETE FROM tombstone_registry'],
    ['local_orchestrator', 'UPDATE tombstone_registry SET forgotten_at = now()'],
    ['local_orchestrator', 'DELETE FROM routing_table'],
    ['local_orchestrator', 'INSERT INTO shards (id, name) VALUES (1, $$shard-1$$)'],
    ['monitoring', 'SELECT embedding FROM sku_image_embeddings'],
    ['monitoring', 'SELECT * FROM products'],
    ['monitoring', 'SELECT rolpassword FROM pg_authid'],
    ['pgbouncer', 'SELECT rolpassword FROM pg_authid'],
    ['pgbouncer', 'SELECT * FROM public.products'],
    ['pgbouncer', 'SELECT * FROM unde.migrations'],
  ],
  staging: [
    ['recognition', 'SELECT * FROM products'],
    [
      'recognition',
      "INSERT INTO raw_availability (brand, sku, seen_at, in_stock) VALUES ('a', 'b', now(), true)",
    ],
    ['scraper', "UPDATE products SET name = 'x'"],
    ['scraper', 'DELETE FROM raw_availability'],
    ['apify', 'SELECT * FROM raw_availability'],
    ['apify', "UPDATE photos SET object_key = 'x'"],
    ['photo_downloader', "UPDATE photos SET source_url = 'x'"],
    ['photo_downloader', 'DELETE FROM products'],
    ['ximilar_sync', "UPDATE photos SET status = 'pending'"],
    ['ximilar_sync', 'SELECT * FROM collage_queue'],
    ['collage', "UPDATE photos SET status = 'pending'"],
    ['collage', 'INSERT INTO collage_queue (product_id) VALUES (1)'],
    ['collage', 'CALL cleanup_old_data()'],
    ['monitoring', 'SELECT error FROM collage_queue'],
  ],
};
