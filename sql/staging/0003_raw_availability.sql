-- What the brands' mobile API said was in stock: scraper's availability_poll writes it every hour, recognition keeps
-- the candidates that were seen in stock within AVAILABILITY_WINDOW. A partition holds a day (UTC): a question about the
-- last 24 hours looks at two of them, and 30 days later one goes as a whole, without leaving holes.
CREATE TABLE raw_availability (
  brand text NOT NULL,
  sku text NOT NULL,
  -- The shop or mall; empty where the brand tells only whether it has any.
  store text NOT NULL DEFAULT '',
  -- The hour of the poll, not of the answer: a poll that is repeated writes nothing twice.
  seen_at timestamptz NOT NULL,
  in_stock boolean NOT NULL,
  price numeric(10, 2) CHECK (price >= 0),
  sizes jsonb,
  PRIMARY KEY (brand, sku, store, seen_at)
) PARTITION BY RANGE (seen_at);

-- What comes for a day that has no partition, late or early; cleanup_old_data moves it to where it belongs.
CREATE TABLE raw_availability_default PARTITION OF raw_availability DEFAULT;
CREATE INDEX raw_availability_default_seen ON raw_availability_default (seen_at);

-- Makes the partition of a day, with what of that day already lies in the default one.
CREATE FUNCTION make_availability_partition(day date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  name text := 'raw_availability_' || to_char(day, 'YYYYMMDD');
  first timestamptz := day::timestamp AT TIME ZONE 'UTC';
  last timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE raw_availability INCLUDING ALL)', name);
  EXECUTE format('WITH moved AS (DELETE FROM raw_availability_default WHERE seen_at >= %L AND seen_at < %L RETURNING *)
                  INSERT INTO %I SELECT * FROM moved', first, last, name);
  EXECUTE format('ALTER TABLE raw_availability ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, first, last);
END $$;
REVOKE ALL ON FUNCTION make_availability_partition(date) FROM PUBLIC;

-- Yesterday's to those of the next two weeks: cleanup_old_data keeps them ahead.
SELECT make_availability_partition((now() AT TIME ZONE 'UTC')::date + ahead) FROM generate_series(-1, 14) AS ahead;

GRANT SELECT, INSERT ON raw_availability TO scraper;
GRANT SELECT ON raw_availability TO recognition;
