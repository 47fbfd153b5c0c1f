import { UndeError } from '../../../common/error/unde-error.ts';
import type { Migration } from './file.ts';
import type { AppliedMigration } from './history.ts';
import { digits } from './read.ts';

/** Where files and a database stand to each other. */
export interface MigrationComparison {
  /** Files that the database has not seen, in order. */
  readonly pending: readonly Migration[];
  /** Files that are not what was applied under their number. */
  readonly edited: readonly { readonly file: Migration; readonly applied: AppliedMigration }[];
  /** Applied, but not among the files: the database is ahead of this checkout. */
  readonly ahead: readonly AppliedMigration[];
  /** Numbers below the last applied one that were never applied. */
  readonly skipped: readonly Migration[];
}

/** Compares the files with what a database has. */
export function compareMigrations(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
): MigrationComparison {
  const byNumber = new Map(applied.map((each) => [each.number, each]));
  const last = Math.max(0, ...byNumber.keys());
  const missing = files.filter(({ number }) => !byNumber.has(number));
  return {
    pending: missing.filter(({ number }) => number > last),
    skipped: missing.filter(({ number }) => number < last),
    edited: files.flatMap((file) => {
      const found = byNumber.get(file.number);
      return found === undefined || found.sha256 === file.sha256 ? [] : [{ file, applied: found }];
    }),
    ahead: applied.filter(({ number }) => number > files.length),
  };
}

/**
 * Refuses to go on from a history that is not the beginning of the files.
 *
 * @throws UndeError MIGRATION_EDITED, MIGRATION_SKIPPED, DATABASE_AHEAD
 */
export function assertInOrder({ edited, skipped, ahead }: MigrationComparison): void {
  const [first] = edited;
  if (first !== undefined) {
    throw new UndeError({
      code: 'MIGRATION_EDITED',
      message: `${first.file.name} is not the file that was applied on ${first.applied.at} by ${first.applied.by}`,
      exit: 'refused',
      where: { file: first.file.file },
      details: edited.flatMap(({ file, applied }) => [
        `${applied.name}  applied  sha256 ${applied.sha256}`,
        `${file.name}  here     sha256 ${file.sha256}`,
      ]),
      hint: 'bring the old text back (git log -p shows it), and write what is new as a new migration',
    });
  }
  const [behind] = skipped;
  if (behind !== undefined) {
    throw new UndeError({
      code: 'MIGRATION_SKIPPED',
      message: `${behind.name} was never applied, but later ones were`,
      exit: 'refused',
      where: { file: behind.file },
      hint: 'give it the next free number',
    });
  }
  if (ahead.length > 0) {
    throw new UndeError({
      code: 'DATABASE_AHEAD',
      message: `the database has ${ahead.map(({ name }) => name).join(', ')}, which this checkout does not: ${digits(ahead[0]?.number ?? 0)} was applied on ${ahead[0]?.at} by ${ahead[0]?.by}`,
      exit: 'refused',
      hint: 'update this checkout first',
    });
  }
}
