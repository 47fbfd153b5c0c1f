import { LOGINS, POOLER } from './roles.ts';

/**
 * What the setup does inside the database: extensions, PgBouncer's way of looking up verifiers, and the services'
 * logins. These come on standard input, a line each (login, role, verifier), so that a verifier is never part of a
 * statement that a log or a view could show.
 *
 * A login holds nothing itself: it is a member of its service's role, and takes over that role's settings, which
 * PostgreSQL does not inherit.
 */
export function renderDatabaseSql(): string {
  return `-- Rendered by unde; changes made here are drift.
SELECT pg_advisory_lock(hashtext('unde setup')) \\g /dev/null
CREATE EXTENSION IF NOT EXISTS vector;
CREATE SCHEMA IF NOT EXISTS unde;
REVOKE ALL ON SCHEMA unde FROM PUBLIC;
-- In public, everybody could read it.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA unde;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- The verifier of a service's login; never an administrator's.
CREATE OR REPLACE FUNCTION unde.verifier(text) RETURNS TABLE (login text, verifier text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.rolname, a.rolpassword
  FROM pg_authid a
  WHERE a.rolname = $1 AND a.rolcanlogin AND NOT a.rolsuper
    AND (a.rolvaliduntil IS NULL OR a.rolvaliduntil > now())
    AND EXISTS (SELECT FROM pg_auth_members m
                WHERE m.member = a.oid AND m.roleid = '${LOGINS}'::regrole)
$$;
REVOKE ALL ON FUNCTION unde.verifier(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA unde TO ${POOLER};
GRANT EXECUTE ON FUNCTION unde.verifier(text) TO ${POOLER};

-- Gives every login the settings of its role; a role without any gets these.
CREATE OR REPLACE FUNCTION unde.align_logins() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  each record;
  item text;
BEGIN
  FOR each IN
    SELECT l.rolname AS login, had.setconfig AS had,
           coalesce(wants.setconfig, ARRAY['statement_timeout=30s', 'lock_timeout=5s',
                                           'idle_in_transaction_session_timeout=30s']) AS wants
    FROM pg_auth_members m
    JOIN pg_roles l ON l.oid = m.member
    LEFT JOIN pg_roles r ON r.rolname = regexp_replace(l.rolname, '_[ab]$', '')
    LEFT JOIN pg_db_role_setting had ON had.setrole = l.oid AND had.setdatabase = 0
    LEFT JOIN pg_db_role_setting wants ON wants.setrole = r.oid AND wants.setdatabase = 0
    WHERE m.roleid = '${LOGINS}'::regrole
  LOOP
    CONTINUE WHEN each.had = each.wants;
    EXECUTE format('ALTER ROLE %I RESET ALL', each.login);
    FOREACH item IN ARRAY each.wants LOOP
      EXECUTE format('ALTER ROLE %I SET %I = %L', each.login, split_part(item, '=', 1),
                     substr(item, strpos(item, '=') + 1));
    END LOOP;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION unde.align_logins() FROM PUBLIC;

BEGIN;
CREATE TEMPORARY TABLE given (login text PRIMARY KEY, role text NOT NULL, verifier text NOT NULL) ON COMMIT DROP;
\\copy given FROM pstdin
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN SELECT DISTINCT role FROM given LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = each.role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', each.role);
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = each.role AND (rolcanlogin OR rolsuper OR rolname ~ '^pg_')) THEN
      RAISE EXCEPTION 'the role % cannot hold a service''s rights: it can log in, or is PostgreSQL''s own', each.role;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), each.role);
  END LOOP;
  FOR each IN SELECT g.*, a.oid, a.rolcanlogin, a.rolpassword FROM given g LEFT JOIN pg_authid a ON a.rolname = g.login LOOP
    IF each.oid IS NULL THEN
      EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE %I, ${LOGINS}', each.login, each.verifier, each.role);
    ELSE
      IF NOT each.rolcanlogin OR each.rolpassword IS DISTINCT FROM each.verifier THEN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', each.login, each.verifier);
      END IF;
      EXECUTE format('GRANT %I, ${LOGINS} TO %I', each.role, each.login);
    END IF;
  END LOOP;
  -- A login that is no longer given is no more, at once.
  FOR each IN
    SELECT a.rolname FROM pg_auth_members m JOIN pg_authid a ON a.oid = m.member
    WHERE m.roleid = '${LOGINS}'::regrole AND a.rolcanlogin AND a.rolname NOT IN (SELECT login FROM given)
  LOOP
    EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', each.rolname);
  END LOOP;
END $$;
SELECT unde.align_logins() \\g /dev/null
COMMIT;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
WHERE NOT r.rolcanlogin AND pg_has_role(r.oid, '${LOGINS}', 'MEMBER') \\g /dev/null
`;
}
