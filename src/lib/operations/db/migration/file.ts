import { createHash } from 'node:crypto';
import { UndeError } from '../../../common/error/unde-error.ts';
import { outlineStatements } from './statement.ts';

/** One migration: a numbered file of plain SQL. */
export interface Migration {
  readonly number: number;
  /** The file's name, e.g. `0003_recognition_requests.sql`. */
  readonly name: string;
  /** Where it was read. */
  readonly file: string;
  readonly sql: string;
  /** Of the file's bytes, in hex. */
  readonly sha256: string;
  /** The index that a file with the header `-- unde: concurrently` builds; any other file is one transaction. */
  readonly index?: string;
}

/** The header of a file that stands outside a transaction, since CREATE INDEX CONCURRENTLY must. */
const CONCURRENTLY = /^-- unde: concurrently\s*$/m;

const CREATE_INDEX =
  /^create (?:unique )?index concurrently if not exists (?<name>[a-z_][a-z0-9_]*|"[^"]+") on /i;

/** Statements that would end the transaction that the whole file is. */
const TRANSACTION = /^(?:begin|start|commit|end|rollback|abort|savepoint|release|prepare transaction)\b/i;

/**
 * Reads a migration.
 *
 * @param name The file's name.
 * @param file Its path, for errors.
 * @throws UndeError BAD_MIGRATION
 */
export function parseMigration(name: string, file: string, sql: string): Migration {
  const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
  if (number === undefined) {
    throw bad(
      file,
      `"${name}" is no name of a migration`,
      'four digits, what it does, .sql: 0007_user_photos.sql',
    );
  }
  const statements = outlineStatements(sql);
  if (statements.length === 0) throw bad(file, 'the file holds no statement', 'delete it, or write one');
  const migration = {
    number: Number(number),
    name,
    file,
    sql,
    sha256: createHash('sha256').update(sql).digest('hex'),
  };
  return CONCURRENTLY.test(sql)
    ? { ...migration, index: indexOf(file, statements) }
    : withoutTransactions(migration, statements);
}

function withoutTransactions(migration: Migration, statements: readonly string[]): Migration {
  const wrong = statements.find(
    (statement) => TRANSACTION.test(statement) || /^create (?:unique )?index concurrently/i.test(statement),
  );
  if (wrong === undefined) return migration;
  throw bad(
    migration.file,
    `"${wrong.slice(0, 60)}" cannot stand in a file that is one transaction`,
    /index concurrently/i.test(wrong)
      ? 'give the index a file of its own with the header: -- unde: concurrently'
      : 'leave it out: each file is run in a transaction, whole or not at all',
  );
}

/** An index that was broken off stays behind as an invalid one; what it is called must be known to clear it away. */
function indexOf(file: string, statements: readonly string[]): string {
  const [only = ''] = statements;
  const name = CREATE_INDEX.exec(only)?.groups?.['name'];
  if (name !== undefined && statements.length === 1) return name.replaceAll('"', '');
  throw bad(
    file,
    'a file with the header "-- unde: concurrently" holds one statement that builds one index',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table (…)',
  );
}

function bad(file: string, message: string, hint: string): UndeError {
  return new UndeError({ code: 'BAD_MIGRATION', message, exit: 'config', where: { file }, hint });
}
