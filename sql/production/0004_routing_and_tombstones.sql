-- Which shard a user's data is on; local-redis holds a copy for the hot path.
CREATE TABLE shards (
  id smallint PRIMARY KEY CHECK (id >= 0),
  -- As the inventory's group: shard-0
  name text NOT NULL UNIQUE,
  -- Whether new users are put there.
  open boolean NOT NULL DEFAULT true
);
INSERT INTO shards (id, name) VALUES (0, 'shard-0');

CREATE TABLE routing_table (
  user_id uuid PRIMARY KEY,
  shard_id smallint NOT NULL REFERENCES shards,
  -- Raised by one with each move: who writes with an older one is behind, and is refused.
  epoch bigint NOT NULL DEFAULT 1 CHECK (epoch > 0),
  assigned_at timestamptz NOT NULL DEFAULT now(),
  moved_at timestamptz
);
CREATE INDEX routing_table_shard ON routing_table (shard_id);

-- What users asked to be forgotten for good. After any restore of a shard all of it is applied again before anybody
-- reads there, so rows are only ever added.
CREATE TABLE tombstone_registry (
  -- Minted by whoever forgets: writing it twice is writing it once.
  operation_id uuid PRIMARY KEY,
  user_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('message', 'knowledge', 'look', 'user')),
  -- What of the user, by its id on the shard; NULL for all of the user.
  object_id text,
  forgotten_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((kind = 'user') = (object_id IS NULL))
);
CREATE INDEX tombstone_registry_user ON tombstone_registry (user_id);
CREATE INDEX tombstone_registry_forgotten ON tombstone_registry (forgotten_at);

GRANT SELECT ON shards TO local_orchestrator;
GRANT SELECT, INSERT, UPDATE ON routing_table TO local_orchestrator;
GRANT SELECT, INSERT ON tombstone_registry TO local_orchestrator;
