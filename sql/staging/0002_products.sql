-- What the brands' shops showed: apify writes it, photo-downloader brings the photos, scraper's sync_to_production
-- carries it on. 30 days after it was last seen it goes.
CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Brand and sku together name a SKU in every database and in object storage.
  brand text NOT NULL CHECK (brand ~ '^[a-z0-9][a-z0-9_-]*$'),
  sku text NOT NULL CHECK (sku <> ''),
  name text NOT NULL,
  category text NOT NULL DEFAULT 'unknown',
  price numeric(10, 2) CHECK (price >= 0),
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  url text,
  -- As it was scraped.
  payload jsonb NOT NULL,
  -- SHA-256 of what matters of it; changed_at moves only when it does.
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  -- When Production DB got it last.
  synced_at timestamptz,
  UNIQUE (brand, sku)
);
CREATE INDEX products_unsynced ON products (changed_at) WHERE synced_at IS NULL OR synced_at < changed_at;
CREATE INDEX products_last_seen ON products (last_seen_at);

CREATE TABLE photos (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
  position smallint NOT NULL CHECK (position > 0),
  source_url text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'downloaded', 'failed')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  error text,
  -- In the bucket unde-images: originals/<brand>/<sku>/<position>.jpg
  object_key text UNIQUE,
  content_hash bytea CHECK (length(content_hash) = 32),
  bytes bigint CHECK (bytes > 0),
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  downloaded_at timestamptz,
  UNIQUE (product_id, position),
  CHECK (status <> 'downloaded' OR (object_key IS NOT NULL AND content_hash IS NOT NULL))
);
CREATE INDEX photos_due ON photos (next_attempt_at) WHERE status <> 'downloaded';

-- What Ximilar's collection has of a SKU.
CREATE TABLE ximilar_sync (
  product_id bigint PRIMARY KEY REFERENCES products ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'synced', 'failed')),
  photos smallint NOT NULL DEFAULT 0 CHECK (photos BETWEEN 0 AND 2),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  synced_at timestamptz
);
CREATE INDEX ximilar_sync_open ON ximilar_sync (updated_at) WHERE status <> 'synced';

GRANT SELECT, INSERT, UPDATE ON products TO apify;
GRANT SELECT, INSERT ON photos TO apify;
GRANT UPDATE (source_url, status, attempts, next_attempt_at, error) ON photos TO apify;
GRANT SELECT ON products, photos TO photo_downloader, ximilar_sync, scraper, collage;
GRANT UPDATE (status, attempts, next_attempt_at, error, object_key, content_hash, bytes, width, height, downloaded_at)
  ON photos TO photo_downloader;
GRANT SELECT, INSERT, UPDATE ON ximilar_sync TO ximilar_sync;
GRANT UPDATE (synced_at) ON products TO scraper;
