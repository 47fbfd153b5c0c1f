-- The catalogue as users see it; scraper's sync_to_production writes it from Staging DB, hourly.
CREATE TABLE brands (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- As in object keys and in Staging DB: zara, bershka …
  name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]*$'),
  title text NOT NULL
);

-- A row is one SKU. Brand and sku together name it in every database and in object storage.
CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id smallint NOT NULL REFERENCES brands,
  sku text NOT NULL CHECK (sku <> ''),
  name text NOT NULL,
  category text NOT NULL DEFAULT 'unknown',
  price numeric(10, 2) CHECK (price >= 0),
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  url text,
  attributes jsonb NOT NULL DEFAULT '{}',
  -- False once the brand no longer offers it; what refers to it stays.
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, sku),
  -- What embeddings repeat of a product, so that a search filters without a join.
  UNIQUE (id, brand_id, category)
);
CREATE INDEX products_category ON products (category);
CREATE INDEX products_updated ON products (updated_at);

CREATE TABLE photos (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position > 0),
  -- In the bucket unde-images: originals/<brand>/<sku>/<position>.jpg
  object_key text NOT NULL UNIQUE,
  -- SHA-256 of the file: a photo with another one is another photo, and wants another embedding.
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  bytes bigint CHECK (bytes > 0),
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (product_id, position),
  -- What embeddings refer to: a photo of that very product.
  UNIQUE (id, product_id)
);

GRANT SELECT, INSERT, UPDATE ON brands, products TO scraper;
GRANT SELECT, INSERT, UPDATE, DELETE ON photos TO scraper;
GRANT SELECT ON brands, products, photos TO recognition, local_orchestrator, embed_batch;
-- What names a candidate, and no more.
GRANT SELECT ON brands TO ximilar_gw;
GRANT SELECT (id, brand_id, sku, name, category, active) ON products TO ximilar_gw;
