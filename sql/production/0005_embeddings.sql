-- FashionCLIP embeddings of the catalogue's photos: embed-batch writes them, ximilar-gw searches them.
CREATE TABLE sku_image_embeddings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL,
  photo_id bigint NOT NULL,
  -- SHA-256 of the model's file, and the version of what is done to a photo before it: vectors of two models, or of
  -- two preparations, do not compare.
  model_id text NOT NULL CHECK (model_id <> ''),
  preprocessing text NOT NULL CHECK (preprocessing <> ''),
  -- Of the photo that it was computed from; where photos.content_hash differs, it is out of date.
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  -- The product's, kept equal by the foreign key: a search filters by them without a join.
  brand_id smallint NOT NULL,
  category text NOT NULL,
  embedding vector(512) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sku_image_embeddings_sku_photo_model UNIQUE (product_id, photo_id, model_id),
  FOREIGN KEY (product_id, brand_id, category) REFERENCES products (id, brand_id, category)
    ON UPDATE CASCADE ON DELETE CASCADE,
  FOREIGN KEY (photo_id, product_id) REFERENCES photos (id, product_id) ON DELETE CASCADE
);
-- A vector of 2052 bytes would just be moved out of its row; exact searches would pay for each with another look-up.
ALTER TABLE sku_image_embeddings ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX sku_image_embeddings_brand ON sku_image_embeddings (brand_id, category);
CREATE INDEX sku_image_embeddings_category ON sku_image_embeddings (category);
CREATE INDEX sku_image_embeddings_photo ON sku_image_embeddings (photo_id);

-- Photos that could not be embedded, by name, so that none is missing silently.
CREATE TABLE embedding_failures (
  photo_id bigint NOT NULL REFERENCES photos ON DELETE CASCADE,
  model_id text NOT NULL,
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  reason text NOT NULL,
  attempts integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
  last_attempt_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (photo_id, model_id)
);

-- Runs of embed-batch. What is done is known from the embeddings themselves; this is what was asked for.
CREATE TABLE embedding_runs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  scope jsonb NOT NULL,
  batch_size integer NOT NULL CHECK (batch_size > 0),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'cancelled', 'done', 'failed')),
  total bigint CHECK (total >= 0),
  done bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  error text,
  started_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
-- One at a time.
CREATE UNIQUE INDEX embedding_runs_open ON embedding_runs ((true)) WHERE status IN ('running', 'paused');

GRANT SELECT, INSERT, UPDATE, DELETE ON sku_image_embeddings, embedding_failures TO embed_batch;
GRANT SELECT, INSERT, UPDATE ON embedding_runs TO embed_batch;
GRANT SELECT ON sku_image_embeddings TO ximilar_gw;
GRANT SELECT (id) ON sku_image_embeddings TO monitoring;
