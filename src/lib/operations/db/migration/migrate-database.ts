import { UndeError } from '../../../common/error/unde-error.ts';
import type { Administration } from '../administration.ts';
import type { Database } from '../../../manifest/endpoints/database.ts';
import type { DatabaseSession } from '../session.ts';
import { ledgerScript } from '../../../fleet/ledger/writer.ts';
import { newOperationId } from '../../../fleet/ledger/operation-id.ts';
import type { Migration } from './file.ts';
import { migrate, type MigrateOptions } from './migrate.ts';

/** A migration that was applied, and how long it took. */
export interface Applied {
  readonly name: string;
  readonly seconds: number;
}

/**
 * Migrates a database and writes that into its host's ledger, as far as it came.
 *
 * @throws UndeError as {@link migrate}, INTERRUPTED
 */
export async function migrateDatabase(
  { connection, session }: Administration,
  database: Database,
  own: DatabaseSession,
  files: readonly Migration[],
  options: MigrateOptions,
  signal: AbortSignal,
): Promise<Applied[]> {
  const began = Date.now();
  const applied: Applied[] = [];
  const record = async (result: 'ok' | 'failed', why: readonly string[]) => {
    const what = `${database}: ${applied.map(({ name }) => name).join(', ') || 'nothing'} applied`;
    const script = ledgerScript({
      id: newOperationId(),
      who: options.by,
      action: 'migrate',
      service: 'postgres',
      result,
      seconds: (Date.now() - began) / 1000,
      reason: [what, ...why].join('; '),
    });
    await connection.bash(script, { timeoutMs: 10_000 });
  };
  try {
    await migrate(own, await session(), files, {
      ...options,
      onEvent: (event) => {
        if (event.type === 'applied') applied.push({ name: event.migration.name, seconds: event.seconds });
        options.onEvent(event);
      },
    });
  } catch (error) {
    if (signal.aborted) throw interrupted(applied);
    const why = error instanceof UndeError ? error.message : 'broken off';
    // A link that is gone takes the ledger's line with it; the database's own history tells what was done.
    await record('failed', [why]).catch(() => undefined);
    throw error;
  }
  if (applied.length > 0) await record('ok', []);
  return applied;
}

function interrupted(applied: readonly Applied[]): UndeError {
  return new UndeError({
    code: 'INTERRUPTED',
    message: `broken off; what was begun is taken back, ${applied.length} migration(s) before it stay`,
    exit: 'interrupted',
    hint: 'migrate again to go on',
  });
}
