import { Pool } from 'pg';
import { GuardedSocket } from '../../common/dial/guard.ts';
import { readCredential } from '../process/credentials.ts';
import { parseLogin } from '../../manifest/endpoints/login.ts';
import type { Database } from '../../manifest/endpoints/database.ts';
import { authorityOf, databaseEndpoint } from '../../manifest/endpoints/postgres.ts';

/** How a service uses a database. */
export interface PoolOptions {
  readonly database: Database;
  /** The service's name: its credential is `db-<database>-<service>`. */
  readonly service: string;
  /** Connections at most. */
  readonly max: number;
  /** How long one statement may take, in milliseconds. */
  readonly statementMs: number;
  /** Told of connections that died while nobody used them. */
  readonly onError: (error: Error) => void;
}

/** How long a connection may take to be made, or to become free, in milliseconds. */
const CONNECT_MS = 3000;

/**
 * A service's connections to one of its databases, through PgBouncer and TLS, as the login that its credential names.
 *
 * @throws UndeError BAD_SETTING, NO_CREDENTIAL
 */
export function openPool(options: PoolOptions, env: NodeJS.ProcessEnv = process.env): Pool {
  const { database, service, max, statementMs, onError } = options;
  const { login, password } = parseLogin(readCredential(`db-${database}-${service}`, env));
  const ca = authorityOf(env);
  const pool = new Pool({
    ...databaseEndpoint(database, env),
    stream: () => new GuardedSocket(),
    user: login,
    password,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    // The client's own clock: a server that has gone silent enforces no timeout.
    query_timeout: statementMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: service,
    ...(ca === undefined ? {} : { ssl: { ca } }),
  });
  pool.on('error', onError);
  return pool;
}
