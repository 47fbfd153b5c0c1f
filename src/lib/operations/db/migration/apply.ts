import { DatabaseError } from 'pg';
import { UndeError, messageOf } from '../../../common/error/unde-error.ts';
import type { DatabaseSession } from '../session.ts';
import { describeBlocker, type Blocker } from './blocker.ts';
import type { Migration } from './file.ts';
import { recordMigration } from './history.ts';

/** How a migration is applied. */
export interface ApplyOptions {
  /** Who does it, for the history. */
  readonly by: string;
  /** For how long a statement may wait for a lock, in milliseconds; everybody else waits behind it meanwhile. */
  readonly lockTimeoutMs: number;
  /** Who was in the way when the session waited last. */
  readonly blockers: () => readonly Blocker[];
}

/**
 * An index that is built beside the traffic waits for every older transaction to end; nobody waits behind it. So it
 * may wait longer, in milliseconds.
 */
const CONCURRENT_LOCK_MS = 10 * 60_000;

/** PostgreSQL's code for a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Applies one migration and writes it down: both, or neither.
 *
 * @returns How long it took, in seconds.
 * @throws UndeError MIGRATION_FAILED, MIGRATION_BLOCKED
 */
export async function applyMigration(
  session: DatabaseSession,
  migration: Migration,
  options: ApplyOptions,
): Promise<number> {
  const started = performance.now();
  try {
    if (migration.index === undefined) await inTransaction(session, migration, options, started);
    else await besideTraffic(session, migration, migration.index, options, started);
  } catch (error) {
    throw failure(error, migration, options);
  }
  return secondsSince(started);
}

async function inTransaction(
  session: DatabaseSession,
  migration: Migration,
  { by, lockTimeoutMs }: ApplyOptions,
  started: number,
): Promise<void> {
  await session.run(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL statement_timeout = 0`);
  try {
    await session.run(migration.sql);
    await recordMigration(session, migration, by, secondsSince(started));
    await session.run('COMMIT');
  } catch (error) {
    // Where the session is gone, so is its transaction.
    await session.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Builds an index outside a transaction; what an attempt leaves behind is an invalid index, which goes. */
async function besideTraffic(
  session: DatabaseSession,
  migration: Migration,
  index: string,
  { by }: ApplyOptions,
  started: number,
): Promise<void> {
  await session.run(`SET lock_timeout = ${CONCURRENT_LOCK_MS}; SET statement_timeout = 0`);
  try {
    await dropInvalid(session, index);
    await session.run(migration.sql);
    await recordMigration(session, migration, by, secondsSince(started));
  } catch (error) {
    await dropInvalid(session, index).catch(() => undefined);
    throw error;
  } finally {
    await session.run('RESET lock_timeout; RESET statement_timeout').catch(() => undefined);
  }
}

async function dropInvalid(session: DatabaseSession, index: string): Promise<void> {
  const found = await session.rows<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE NOT i.indisvalid AND c.relname = $1 AND pg_table_is_visible(c.oid)`,
    [index],
  );
  for (const { name } of found) await session.run(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 10) / 100;
}

function failure(error: unknown, migration: Migration, options: ApplyOptions): unknown {
  if (error instanceof UndeError) return error;
  const database = error instanceof DatabaseError ? error : undefined;
  if (database?.code === LOCK_NOT_AVAILABLE) return blocked(migration, options);
  return new UndeError({
    code: 'MIGRATION_FAILED',
    message: `${migration.name} failed, and nothing of it is kept: ${messageOf(error)}`,
    exit: 'failed',
    where: { file: placeOf(migration, database) },
    details: [database?.detail, database?.hint, database?.where].filter((text) => text !== undefined),
    hint: 'mend the file (it was not applied, so it may be edited) and migrate again',
  });
}

function blocked(migration: Migration, { blockers, lockTimeoutMs }: ApplyOptions): UndeError {
  const inTheWay = blockers();
  return new UndeError({
    code: 'MIGRATION_BLOCKED',
    message: `${migration.name} did not get a lock within ${lockTimeoutMs / 1000} s, and nothing of it is kept`,
    exit: 'locked',
    where: { file: migration.file },
    details: inTheWay.map(describeBlocker),
    hint:
      inTheWay[0] === undefined
        ? 'try again, or allow more with --lock-timeout'
        : `wait for it, or end it: SELECT pg_terminate_backend(${inTheWay[0].pid}); then migrate again`,
  });
}

/** The file, with the line that PostgreSQL points at. */
function placeOf(migration: Migration, error: DatabaseError | undefined): string {
  if (error?.position === undefined) return migration.file;
  // Characters of the text that was sent, counted from one.
  const before = Array.from(migration.sql)
    .slice(0, Number(error.position) - 1)
    .join('');
  return `${migration.file}:${before.split('\n').length}`;
}
