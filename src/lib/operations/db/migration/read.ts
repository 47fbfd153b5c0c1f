import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UndeError, messageOf } from '../../../common/error/unde-error.ts';
import { packageRoot } from '../../../common/context/package-root.ts';
import type { Database } from '../../../manifest/endpoints/database.ts';
import { parseMigration, type Migration } from './file.ts';

/**
 * Reads a folder of migrations: 0001 and on, without a gap.
 *
 * @throws UndeError NO_MIGRATIONS, BAD_MIGRATION, MIGRATION_GAP
 */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw new UndeError({
      code: 'NO_MIGRATIONS',
      message: `the migrations cannot be read: ${messageOf(error)}`,
      exit: 'config',
      where: { file: directory },
    });
  });
  const migrations = await Promise.all(
    names
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map(async (name) => {
        const file = path.join(directory, name);
        return parseMigration(name, file, await readFile(file, 'utf8'));
      }),
  );
  migrations.forEach(assertNumbered);
  return migrations;
}

function assertNumbered(migration: Migration, index: number): void {
  const wanted = index + 1;
  if (migration.number === wanted) return;
  throw new UndeError({
    code: 'MIGRATION_GAP',
    message:
      migration.number < wanted
        ? `two migrations have the number ${digits(migration.number)}`
        : `there is no migration ${digits(wanted)}, but ${migration.name}`,
    exit: 'config',
    where: { file: migration.file },
    hint: `number them one after the other; this one would be ${digits(wanted)}`,
  });
}

/** A migration's number as its file has it. */
export function digits(number: number): string {
  return String(number).padStart(4, '0');
}

/** The folder of the package's own migrations of a database. */
export function migrationsFolder(database: Database): string {
  return path.join(packageRoot(), 'sql', database);
}
