-- The daily job cleanup_old_data. Each step is a transaction of its own and short: nobody waits for it, and what was
-- done stays done when it is cut off.
CREATE PROCEDURE cleanup_old_data(keep interval DEFAULT '30 days', chunk integer DEFAULT 2000)
LANGUAGE plpgsql AS $$
DECLARE
  horizon timestamptz := now() - keep;
  today date := (now() AT TIME ZONE 'UTC')::date;
  part name;
  removed bigint;
  total bigint;
BEGIN
  IF keep < interval '2 days' OR chunk < 1 THEN
    RAISE EXCEPTION 'cleanup_old_data keeps two days at least, and removes one row at a time at least';
  END IF;
  PERFORM set_config('lock_timeout', '5s', false);

  FOR ahead IN -1 .. 14 LOOP
    PERFORM public.make_availability_partition(today + ahead);
    COMMIT;
  END LOOP;

  total := 0;
  FOR part IN
    SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.raw_availability'::regclass AND c.relname ~ '^raw_availability_[0-9]{8}$'
      AND (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' <= horizon
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE public.%I', part);
    COMMIT;
    total := total + 1;
  END LOOP;
  RAISE NOTICE 'raw_availability: % day(s) removed', total;

  total := 0;
  LOOP
    DELETE FROM public.raw_availability_default WHERE ctid IN (
      SELECT ctid FROM public.raw_availability_default WHERE seen_at < horizon LIMIT chunk);
    GET DIAGNOSTICS removed = ROW_COUNT;
    COMMIT;
    total := total + removed;
    EXIT WHEN removed < chunk;
  END LOOP;
  RAISE NOTICE 'raw_availability: % row(s) of days without a partition removed', total;

  total := 0;
  LOOP
    DELETE FROM public.collage_queue WHERE id IN (
      SELECT id FROM public.collage_queue WHERE finished_at < horizon ORDER BY finished_at LIMIT chunk);
    GET DIAGNOSTICS removed = ROW_COUNT;
    COMMIT;
    total := total + removed;
    EXIT WHEN removed < chunk;
  END LOOP;
  RAISE NOTICE 'collage_queue: % removed', total;

  -- Photos, collages and what Ximilar has go with their product.
  total := 0;
  LOOP
    DELETE FROM public.products WHERE id IN (
      SELECT id FROM public.products WHERE last_seen_at < horizon ORDER BY last_seen_at LIMIT chunk);
    GET DIAGNOSTICS removed = ROW_COUNT;
    COMMIT;
    total := total + removed;
    EXIT WHEN removed < chunk;
  END LOOP;
  RAISE NOTICE 'products: % not seen since %', total, horizon;
END $$;
REVOKE ALL ON PROCEDURE cleanup_old_data(interval, integer) FROM PUBLIC;
