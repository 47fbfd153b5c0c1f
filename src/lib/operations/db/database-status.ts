import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { administer } from './administration.ts';
import type { Database } from '../../manifest/endpoints/database.ts';
import { databaseHost } from './database-host.ts';
import { compareMigrations } from './migration/compare.ts';
import { readHistory, type AppliedMigration } from './migration/history.ts';
import { migrationsFolder, readMigrations } from './migration/read.ts';
import type { DatabaseSession } from './session.ts';

/** What the server says of itself. */
interface ServerState {
  /** e.g. `17.12`. */
  readonly version: string;
  /** pgvector's version in the database. */
  readonly vector: string | null;
  readonly bytes: number;
  readonly checksums: boolean;
  readonly connections: number;
  readonly maxConnections: number;
  /** Sessions that wait for a lock. */
  readonly waiting: number;
  /** Age of the oldest open transaction, in seconds. */
  readonly oldestTransaction: number;
}

/** How a database is, and where its schema stands. */
export interface DatabaseStatus {
  readonly database: Database;
  readonly host: string;
  readonly server?: ServerState;
  readonly last?: AppliedMigration;
  readonly applied?: number;
  /** Names of files that were not applied yet. */
  readonly pending?: readonly string[];
  /** What does not fit: edited, skipped, or unknown migrations. */
  readonly problems: readonly string[];
  /** Why nothing is known of it. */
  readonly error?: UndeError;
}

/** Asks one database; one that does not answer is an answer. */
export async function databaseStatus(fleet: Fleet, database: Database, by: string): Promise<DatabaseStatus> {
  const files = await readMigrations(migrationsFolder(database));
  const host = databaseHost(fleet, database).name;
  try {
    return await administer(fleet, database, `unde db status by ${by}`, async ({ session }) => {
      const own = await session();
      const history = await readHistory(own);
      const { pending, edited, skipped, ahead } = compareMigrations(files, history);
      const last = history.at(-1);
      return {
        database,
        host,
        server: await serverState(own),
        last,
        applied: history.length,
        pending: pending.map(({ name }) => name),
        problems: [
          ...edited.map(({ file }) => `${file.name} was edited after it was applied`),
          ...skipped.map(({ name }) => `${name} was never applied, but later ones were`),
          ...ahead.map(({ name }) => `${name} is applied, and not in this checkout`),
        ],
      };
    });
  } catch (error) {
    const known =
      error instanceof UndeError
        ? error
        : new UndeError({
            code: 'DATABASE_SILENT',
            message: `${database} broke off: ${messageOf(error)}`,
            exit: 'unreachable',
            where: { host },
          });
    return { database, host, problems: [], error: known };
  }
}

async function serverState(session: DatabaseSession): Promise<ServerState> {
  const [state] = await session.rows<ServerState>(`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
      (SELECT extversion FROM pg_extension WHERE extname = 'vector') AS vector,
      pg_database_size(current_database())::float8 AS bytes,
      current_setting('data_checksums') = 'on' AS checksums,
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::int AS "maxConnections",
      (SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS waiting,
      (SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::int
       FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS "oldestTransaction"`);
  if (state === undefined) throw new Error('the server answered nothing');
  return state;
}
