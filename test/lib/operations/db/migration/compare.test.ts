import { describe, expect, it } from 'vitest';
import { assertInOrder, compareMigrations } from '../../../../../src/lib/operations/db/migration/compare.ts';
import { parseMigration } from '../../../../../src/lib/operations/db/migration/file.ts';

const files = ['0001_a.sql', '0002_b.sql', '0003_c.sql'].map((name) =>
  parseMigration(name, `/sql/${name}`, `SELECT '${name}'`),
);
const applied = (number: number, sha256 = files[number - 1]?.sha256 ?? 'x') => ({
  number,
  name: files[number - 1]?.name ?? `000${number}_later.sql`,
  sha256,
  at: '2026-11-21T10:00:00Z',
  by: 'kim@ops',
  seconds: 1,
});

const compare = (...history: ReturnType<typeof applied>[]) => compareMigrations(files, history);

describe('compareMigrations', () => {
  it('has everything pending in a database that was never migrated', () => {
    expect(compare().pending).toEqual(files);
    expect(() => assertInOrder(compare())).not.toThrow();
  });

  it('goes on where the database stands', () => {
    expect(compare(applied(1), applied(2)).pending).toEqual([files[2]]);
  });

  it('has nothing to do where all is applied', () => {
    const comparison = compare(applied(1), applied(2), applied(3));
    expect(comparison).toEqual({ pending: [], skipped: [], edited: [], ahead: [] });
  });
});

describe('assertInOrder', () => {
  it('refuses a file that was edited, with both checksums', () => {
    expect(() => assertInOrder(compare(applied(1, 'a'.repeat(64))))).toThrow(
      expect.objectContaining({
        code: 'MIGRATION_EDITED',
        exit: 'refused',
        message: '0001_a.sql is not the file that was applied on 2026-11-21T10:00:00Z by kim@ops',
        details: [
          `0001_a.sql  applied  sha256 ${'a'.repeat(64)}`,
          `0001_a.sql  here     sha256 ${files[0]?.sha256}`,
        ],
      }),
    );
  });

  it('refuses one that was passed over', () => {
    expect(() => assertInOrder(compare(applied(1), applied(3)))).toThrow(
      expect.objectContaining({
        code: 'MIGRATION_SKIPPED',
        message: '0002_b.sql was never applied, but later ones were',
      }),
    );
  });

  it('refuses a database that knows more than this checkout', () => {
    expect(() => assertInOrder(compare(applied(1), applied(2), applied(3), applied(4)))).toThrow(
      expect.objectContaining({ code: 'DATABASE_AHEAD', hint: 'update this checkout first' }),
    );
  });
});
