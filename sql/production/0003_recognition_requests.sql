-- What became of every photo that somebody asked about. The id is the client's own, so that asking twice is asking once.
CREATE TABLE recognition_requests (
  id uuid PRIMARY KEY,
  -- SHA-256 of what was asked: the same id with another question is refused.
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed')),
  -- Who asked, by the anonymised id, and in whose place: nothing that names a person.
  requester text,
  photo jsonb NOT NULL,
  -- The flags that it ran under, with their version.
  flags jsonb NOT NULL DEFAULT '{}',
  -- By step (detect, tag, search, availability, rerank): {"status", "started_at", "ms", "result" or "error"}.
  steps jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(steps) = 'object'),
  result jsonb,
  -- What the answer went without, e.g. {ximilar}.
  degraded text[] NOT NULL DEFAULT '{}',
  error jsonb,
  cost_usd numeric(12, 6) NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  CHECK ((status IN ('done', 'failed')) = (finished_at IS NOT NULL))
);
CREATE INDEX recognition_requests_open ON recognition_requests (created_at) WHERE status IN ('queued', 'running');
CREATE INDEX recognition_requests_created ON recognition_requests USING brin (created_at);

GRANT SELECT, INSERT, UPDATE ON recognition_requests TO recognition;
