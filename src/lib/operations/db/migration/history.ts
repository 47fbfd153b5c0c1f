import type { DatabaseSession } from '../session.ts';
import type { Migration } from './file.ts';

/** A migration that a database has. */
export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly seconds: number;
}

/** What a database has, in order; nothing where it was never migrated. */
export async function readHistory(session: DatabaseSession): Promise<AppliedMigration[]> {
  const known = await session.rows<{ found: boolean }>(
    `SELECT to_regclass('unde.migrations') IS NOT NULL AS found`,
  );
  if (known[0]?.found !== true) return [];
  return session.rows<AppliedMigration & Record<string, unknown>>(
    `SELECT number, name, sha256, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
            applied_by AS by, seconds::float8 AS seconds
     FROM unde.migrations ORDER BY number`,
  );
}

/** Makes the table that says what a database has. */
export async function ensureHistory(session: DatabaseSession): Promise<void> {
  await session.run(`
    CREATE SCHEMA IF NOT EXISTS unde;
    CREATE TABLE IF NOT EXISTS unde.migrations (
      number integer PRIMARY KEY CHECK (number > 0),
      name text NOT NULL,
      sha256 text NOT NULL CHECK (length(sha256) = 64),
      applied_at timestamptz NOT NULL DEFAULT now(),
      applied_by text NOT NULL,
      seconds real NOT NULL
    )`);
}

/** Writes down that a migration was applied. */
export async function recordMigration(
  session: DatabaseSession,
  migration: Migration,
  by: string,
  seconds: number,
): Promise<void> {
  await session.rows(
    'INSERT INTO unde.migrations (number, name, sha256, applied_by, seconds) VALUES ($1, $2, $3, $4, $5)',
    [migration.number, migration.name, migration.sha256, by, seconds],
  );
}
