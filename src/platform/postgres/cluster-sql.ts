import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { LOGINS, MONITORING, POOLER } from './roles.ts';

/**
 * What the setup does to the cluster as a whole: the roles of the host's own helpers, and the database. Every
 * statement may run any number of times.
 */
export function renderClusterSql(database: Database): string {
  const name = databaseName(database);
  return `-- Rendered by unde; changes made here are drift.
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['${LOGINS}', '${MONITORING}', '${POOLER}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
END $$;
ALTER ROLE ${LOGINS} NOLOGIN;
ALTER ROLE ${MONITORING} LOGIN PASSWORD NULL CONNECTION LIMIT 5;
ALTER ROLE ${MONITORING} SET statement_timeout = '10s';
-- As many as PgBouncer may have of one pool: when many sign in at once, it asks for as many at once.
ALTER ROLE ${POOLER} LOGIN PASSWORD NULL CONNECTION LIMIT 25;
ALTER ROLE ${POOLER} SET statement_timeout = '5s';
-- Whoever watches, and whoever lets others in, still gets in when all other connections are taken.
GRANT pg_monitor, pg_use_reserved_connections TO ${MONITORING};
GRANT pg_use_reserved_connections TO ${POOLER};

SELECT 'CREATE DATABASE ${name} TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'' LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}') \\gexec

-- Nobody gets into a database by being nobody in particular.
REVOKE ALL ON DATABASE ${name}, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE ${name} TO ${MONITORING}, ${POOLER};
`;
}
