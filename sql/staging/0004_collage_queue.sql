-- SKUs whose photos wait to be put side by side: photo-downloader asks for a collage once it has the photos, collage
-- makes it, and takes what another worker took and lost after its lease.
CREATE TABLE collage_queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id bigint NOT NULL UNIQUE REFERENCES products ON DELETE CASCADE,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'done', 'failed')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  error text,
  taken_by text,
  taken_until timestamptz,
  object_key text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((status = 'processing') = (taken_until IS NOT NULL)),
  CHECK (status <> 'done' OR object_key IS NOT NULL)
);
CREATE INDEX collage_queue_pending ON collage_queue (created_at) WHERE status = 'pending';
CREATE INDEX collage_queue_taken ON collage_queue (taken_until) WHERE status = 'processing';
CREATE INDEX collage_queue_finished ON collage_queue (finished_at) WHERE finished_at IS NOT NULL;

GRANT SELECT, INSERT ON collage_queue TO photo_downloader;
-- A photo that changed makes its collage pending again.
GRANT UPDATE (status, attempts, error, taken_by, taken_until, finished_at) ON collage_queue TO photo_downloader;
GRANT SELECT, UPDATE ON collage_queue TO collage;
GRANT SELECT ON collage_queue TO scraper;
GRANT SELECT (status) ON collage_queue TO monitoring;
