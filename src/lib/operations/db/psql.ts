import { quote } from '../../common/shell/quote.ts';
import { databaseName, type Database } from '../../manifest/endpoints/database.ts';
import { PROGRAMS, SOCKETS } from '../../common/layout/postgres.ts';

/** A session with psql on a database's host. */
export interface PsqlSession {
  readonly database: Database;
  /** user@machine of the operator, for pg_stat_activity. */
  readonly by: string;
  /** May it write? */
  readonly write: boolean;
  /** A role to take on. */
  readonly role?: string | undefined;
  /** Reads statements from its input and ends at the first that fails; else it is for a terminal. */
  readonly script: boolean;
  /** Answers rows as CSV. */
  readonly csv: boolean;
}

/**
 * The command line that starts psql on the host, each word quoted for its shell. Statements come by standard input: an
 * argument could be read by everybody there.
 */
export function psqlCommand({ database, by, write, role, script, csv }: PsqlSession): string[] {
  const options = [
    ...(write ? [] : ['-c default_transaction_read_only=on']),
    ...(role === undefined ? [] : [`-c role=${role.replaceAll(/[\\ ]/g, String.raw`\$&`)}`]),
  ];
  return [
    'env',
    `PGAPPNAME=unde db psql by ${by}`,
    ...(options.length === 0 ? [] : [`PGOPTIONS=${options.join(' ')}`]),
    `${PROGRAMS}/psql`,
    '-h',
    SOCKETS,
    '-U',
    'postgres',
    '-d',
    databaseName(database),
    ...(script ? ['-X', '-v', 'ON_ERROR_STOP=1', '-f', '-'] : []),
    ...(csv ? ['--csv', '-q'] : []),
  ].map(quote);
}
