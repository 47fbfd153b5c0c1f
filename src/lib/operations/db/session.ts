import { Client, DatabaseError, type QueryResultRow } from 'pg';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { databaseName, type Database } from '../../manifest/endpoints/database.ts';
import { PORT, SOCKETS } from '../../common/layout/postgres.ts';
import { asSocket } from './ssh-socket.ts';

/** A session of the administrator with a database, inside an SSH connection. Close it. */
export interface DatabaseSession {
  /** The server's process behind it. */
  readonly pid: number;
  /** Runs one statement with values, and answers its rows. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a text of any number of statements; errors are pg's own `DatabaseError`s. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** PostgreSQL cuts an application's name here. */
const LONGEST_NAME = 63;

/** How long a session may take to begin, in milliseconds. */
const CONNECT_MS = 10_000;

/**
 * Opens a session over the SSH connection's own way to the server's unix socket: the server knows the operator by
 * the user that he logged in to the host as, so that there is no password, and no port is open for it.
 *
 * @param name What others see of it in pg_stat_activity, e.g. `unde db migrate by kim@ops`.
 * @throws UndeError NO_POSTGRES, DATABASE_REFUSED
 */
export async function openSession(
  connection: Connection,
  database: Database,
  name: string,
): Promise<DatabaseSession> {
  const socket = `${SOCKETS}/.s.PGSQL.${PORT}`;
  const channel = await connection.openUnixSocket(socket).catch((error: unknown) => {
    throw new UndeError({
      code: 'NO_POSTGRES',
      message: `PostgreSQL does not listen on ${connection.host}: ${messageOf(error)}`,
      exit: 'unreachable',
      where: { host: connection.host, file: socket },
      details: ['or sshd there forbids it: base sets AllowStreamLocalForwarding to "local"'],
      hint: `unde status postgres+host:${connection.host}; unde deploy postgres+host:${connection.host}`,
    });
  });
  const client = new Client({
    stream: () => asSocket(channel),
    user: 'postgres',
    database: databaseName(database),
    // Names are cut at bytes; operators' names are ASCII nearly always.
    application_name: name.slice(0, LONGEST_NAME),
    connectionTimeoutMillis: CONNECT_MS,
    ssl: false,
  });
  // A session that breaks off tells so by the statement that it breaks.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    channel.destroy();
    throw refused(connection.host, database, error);
  }
  return sessionOf(client);
}

function sessionOf(client: Client): DatabaseSession {
  return {
    // The server's process id comes with the login; the types do not know of it.
    pid: (client as unknown as { processID: number }).processID,
    rows: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<Row & QueryResultRow>(sql, [...values])).rows,
    run: async (sql) => void (await client.query(sql)),
    close: () => client.end(),
  };
}

function refused(host: string, database: Database, error: unknown): UndeError {
  const code = error instanceof DatabaseError ? error.code : undefined;
  return new UndeError({
    code: 'DATABASE_REFUSED',
    message: `${databaseName(database)} on ${host} cannot be opened: ${messageOf(error)}`,
    exit: 'unreachable',
    where: { host },
    hint:
      // invalid_catalog_name: the setup that makes the database has not succeeded yet.
      code === '3D000'
        ? `unde status postgres+host:${host} says why the database was not made`
        : `unde logs postgres --host ${host}`,
  });
}
