import { credentialFile, TEXTFILES } from '../../lib/common/layout/layout.ts';
import type { Consumer } from '../../lib/desired/postgres/consumer.ts';
import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { HOST_PATH, shellProgram } from '../../lib/common/shell/script.ts';
import { PROGRAMS, RUN, SOCKETS } from '../../lib/common/layout/postgres.ts';
import { databaseSecret } from '../../lib/desired/secrets/secrets-of.ts';
import { CLUSTER_SQL, DATABASE_SQL } from './paths.ts';

/**
 * Renders the script that makes the database, its extensions and its logins what they should be, after every start
 * and at every reload. It may run any number of times; what it could not do it leaves in a file, for the health
 * command and for Prometheus, and serving goes on.
 */
export function renderSetupScript(database: Database, consumers: readonly Consumer[]): string {
  const secrets = consumers.map(({ service, use }) => databaseSecret(service, use));
  return shellProgram(
    ['Makes the database and its logins what they should be, after every start and at every reload.'],
    {
      PATH: HOST_PATH,
      programs: PROGRAMS,
      sockets: SOCKETS,
      run: RUN,
      textfiles: TEXTFILES,
      credentials: credentialFile('postgres', ''),
      database: databaseName(database),
      cluster_sql: CLUSTER_SQL,
      database_sql: DATABASE_SQL,
      roles: consumers.map(({ use }) => use.role),
      role_credentials: secrets.map(({ secret, credential = secret }) => credential),
    },
    'platform/postgres/setup-script.sh',
  );
}
