-- The index is built in a hundredth of the time that row after row takes: a first load drops it, and builds it at its
-- end. embed-batch owns no table, so it does both through these.
CREATE INDEX sku_image_embeddings_hnsw ON sku_image_embeddings
  USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64);

CREATE FUNCTION drop_embeddings_index() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DROP INDEX IF EXISTS sku_image_embeddings_hnsw
$$;

-- pgvector before 0.8.4, such as Debian 13's, has faults in parallel builds.
CREATE FUNCTION build_embeddings_index() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp SET max_parallel_maintenance_workers = 0 AS $$
  CREATE INDEX IF NOT EXISTS sku_image_embeddings_hnsw ON sku_image_embeddings
    USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)
$$;

REVOKE ALL ON FUNCTION drop_embeddings_index(), build_embeddings_index() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_embeddings_index(), build_embeddings_index() TO embed_batch;
