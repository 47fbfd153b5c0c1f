import { UndeError } from '../../common/error/unde-error.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { DatabaseUse } from '../store-use.ts';

/** What operators call a database, as the key of sql/<database> and of the inventory's settings. */
export type Database = DatabaseUse['database'];

/** The databases by what operators call them, with their names in PostgreSQL. */
const NAMES: Readonly<Record<Database, string>> = { production: 'unde_ai', staging: 'unde_staging' };

/** What operators call the databases. */
export const DATABASES = Object.keys(NAMES) as readonly Database[];

/** A database's name in PostgreSQL, e.g. `unde_ai`. */
export function databaseName(database: Database): string {
  return NAMES[database];
}

/**
 * Reads what somebody calls a database.
 *
 * @throws UndeError UNKNOWN_DATABASE
 */
export function databaseOf(text: string): Database {
  const found = DATABASES.find((name) => name === text || NAMES[name] === text);
  if (found !== undefined) return found;
  throw new UndeError({
    code: 'UNKNOWN_DATABASE',
    message: text === '' ? 'no database is named' : `no database is called "${text}"`,
    exit: 'usage',
    hint: didYouMean(text, DATABASES) ?? `one of: ${DATABASES.join(', ')}`,
  });
}
