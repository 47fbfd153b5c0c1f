import type { DatabaseSession } from '../session.ts';
import { applyMigration } from './apply.ts';
import { watchBlockers, type Blocker } from './blocker.ts';
import { assertInOrder, compareMigrations } from './compare.ts';
import type { Migration } from './file.ts';
import { ensureHistory, readHistory } from './history.ts';
import { takeTurn, type Holder } from './advisory-lock.ts';

/** What happens while a database is migrated. */
export type MigrationEvent =
  | { readonly type: 'waiting'; readonly holder: Holder }
  | { readonly type: 'applying'; readonly migration: Migration }
  | { readonly type: 'blocked'; readonly migration: Migration; readonly blockers: readonly Blocker[] }
  | { readonly type: 'applied'; readonly migration: Migration; readonly seconds: number };

/** How a database is migrated. */
export interface MigrateOptions {
  readonly by: string;
  readonly lockTimeoutMs: number;
  /** For how long to wait for somebody else's migration. */
  readonly waitMs: number;
  readonly onEvent: (event: MigrationEvent) => void;
}

/**
 * Brings a database to where the files are, one migration after the other; what was applied before one fails stays.
 *
 * @param watcher A second session, which sees who is in the way.
 * @returns What was applied.
 * @throws UndeError LOCKED, MIGRATION_EDITED, MIGRATION_SKIPPED, DATABASE_AHEAD, MIGRATION_FAILED, MIGRATION_BLOCKED
 */
export async function migrate(
  session: DatabaseSession,
  watcher: DatabaseSession,
  files: readonly Migration[],
  options: MigrateOptions,
): Promise<Migration[]> {
  const { onEvent } = options;
  await takeTurn(session, options.waitMs, (holder) => onEvent({ type: 'waiting', holder }));
  await ensureHistory(session);
  // Whoever had the turn before may have done some, or all.
  const comparison = compareMigrations(files, await readHistory(session));
  assertInOrder(comparison);
  const applied: Migration[] = [];
  for (const migration of comparison.pending) {
    onEvent({ type: 'applying', migration });
    const watch = watchBlockers(watcher, session.pid, (blockers) =>
      onEvent({ type: 'blocked', migration, blockers }),
    );
    try {
      const seconds = await applyMigration(session, migration, { ...options, blockers: () => watch.last });
      applied.push(migration);
      onEvent({ type: 'applied', migration, seconds });
    } finally {
      await watch.stop();
    }
  }
  if (applied.length > 0) await alignLogins(session);
  return applied;
}

/** A login has its role's settings as they were when it was made; a migration may have changed them. */
async function alignLogins(session: DatabaseSession): Promise<void> {
  const [setup] = await session.rows<{ found: boolean }>(
    `SELECT to_regprocedure('unde.align_logins()') IS NOT NULL AS found`,
  );
  if (setup?.found === true) await session.rows('SELECT unde.align_logins()');
}
