import type { RenderScope } from '../manifest.ts';
import { databaseName, databaseOf, type Database } from './database.ts';
import { POOLED_PORT } from '../../common/layout/postgres.ts';
import { badVariable, readVariable } from './variable.ts';

/** Where a database is, for a client. */
export interface DatabaseEndpoint {
  readonly host: string;
  readonly port: number;
  /** Its name in PostgreSQL. */
  readonly database: string;
}

/** Names the variables that tell a service where its databases are, and whose certificates to believe. */
const AUTHORITY = 'UNDE_AUTHORITY';
const variable = (database: Database) => `UNDE_DB_${database.toUpperCase()}`;

/**
 * Environment variables for a service that uses databases: where PgBouncer is for each that this fleet has, and the
 * fleet's own authority in base64.
 */
export function databaseEnvironment(
  scope: Pick<RenderScope, 'placementsOf' | 'settingsOf' | 'addressOf' | 'publicPart'>,
  databases: readonly Database[],
): Record<string, string> {
  const at = databases.flatMap((database): [string, string][] => {
    const host = scope
      .placementsOf('postgres')
      .find((each) => databaseOf(scope.settingsOf(each, 'postgres')['database'] ?? '') === database);
    if (host === undefined) return [];
    return [[variable(database), `${scope.addressOf(host)}:${POOLED_PORT}/${databaseName(database)}`]];
  });
  const authority = scope.publicPart('authority');
  return {
    ...Object.fromEntries(at),
    ...(authority === undefined ? {} : { [AUTHORITY]: Buffer.from(authority).toString('base64') }),
  };
}

/**
 * Where a database is, from the environment.
 *
 * @throws UndeError BAD_SETTING
 */
export function databaseEndpoint(database: Database, env: NodeJS.ProcessEnv): DatabaseEndpoint {
  const name = variable(database);
  const [, host, port, path] = /^([\w.-]+):(\d+)\/(\w+)$/.exec(readVariable(name, env) ?? '') ?? [];
  if (host !== undefined && path !== undefined) return { host, port: Number(port), database: path };
  throw badVariable(name, env, 'HOST:PORT/DATABASE', `which host has postgres with the database ${database}`);
}

/** Whether this fleet has a database, for a service that can do without it. */
export function isDatabaseNamed(database: Database, env: NodeJS.ProcessEnv): boolean {
  return readVariable(variable(database), env) !== undefined;
}

/** The fleet's own authority in PEM, from the environment; `undefined` where there is none. */
export function authorityOf(env: NodeJS.ProcessEnv): string | undefined {
  const text = readVariable(AUTHORITY, env);
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}
