-- One role for each consumer: it holds the rights, and cannot log in. The logins ROLE_a and ROLE_b are made by the
-- postgres service from the manifests; they take over their role's settings.
DO $$
DECLARE
  consumer text;
BEGIN
  FOREACH consumer IN ARRAY ARRAY['scraper', 'recognition', 'local_orchestrator', 'embed_batch', 'ximilar_gw'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = consumer) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', consumer);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), consumer);
  END LOOP;
  -- Bulk writers load into a temporary table first.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO scraper, embed_batch', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO scraper, recognition, local_orchestrator, embed_batch, ximilar_gw, monitoring;

-- How long a statement, a wait for a lock, and a transaction that does nothing may take.
ALTER ROLE ximilar_gw SET statement_timeout = '2s';
ALTER ROLE ximilar_gw SET lock_timeout = '1s';
ALTER ROLE ximilar_gw SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE recognition SET statement_timeout = '5s';
ALTER ROLE recognition SET lock_timeout = '2s';
ALTER ROLE recognition SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE local_orchestrator SET statement_timeout = '5s';
ALTER ROLE local_orchestrator SET lock_timeout = '2s';
ALTER ROLE local_orchestrator SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE scraper SET statement_timeout = '60s';
ALTER ROLE scraper SET lock_timeout = '5s';
ALTER ROLE scraper SET idle_in_transaction_session_timeout = '60s';
-- Building the index takes minutes: embed-batch lifts its own limit for that one statement.
ALTER ROLE embed_batch SET statement_timeout = '60s';
ALTER ROLE embed_batch SET lock_timeout = '5s';
ALTER ROLE embed_batch SET idle_in_transaction_session_timeout = '60s';
