import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseMigration } from '../../../../../src/lib/operations/db/migration/file.ts';

const read = (sql: string, name = '0003_thing.sql') => parseMigration(name, `/sql/${name}`, sql);

describe('parseMigration', () => {
  it('knows a file by its number and the digest of its bytes', () => {
    const sql = 'CREATE TABLE ä ();\n';
    expect(read(sql)).toEqual({
      number: 3,
      name: '0003_thing.sql',
      file: '/sql/0003_thing.sql',
      sql,
      sha256: createHash('sha256').update(sql).digest('hex'),
    });
  });

  it.each(['3_thing.sql', '0003-thing.sql', 'thing.sql', '00003_thing.sql', '0003_Thing.sql'])(
    'refuses the name %s, and says what a name looks like',
    (name) => {
      expect(() => read('SELECT 1', name)).toThrow(
        expect.objectContaining({ code: 'BAD_MIGRATION', hint: expect.stringContaining('0007_') as string }),
      );
    },
  );

  it.each([
    'BEGIN; CREATE TABLE a (); COMMIT;',
    'CREATE TABLE a (); commit',
    'START TRANSACTION; SELECT 1',
    'CREATE TABLE a (); ROLLBACK;',
    'END;',
    'SAVEPOINT s',
    'CREATE INDEX CONCURRENTLY i ON a (b)',
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)',
  ])('refuses what would break its transaction: %s', (sql) => {
    expect(() => read(sql)).toThrow(expect.objectContaining({ code: 'BAD_MIGRATION', exit: 'config' }));
  });

  it('lets a procedure commit, since it is only defined', () => {
    expect(read('CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$').index).toBeUndefined();
  });

  it('refuses an empty file', () => {
    expect(() => read('-- nothing yet\n;')).toThrow(expect.objectContaining({ code: 'BAD_MIGRATION' }));
  });

  it.each([
    ['CREATE INDEX CONCURRENTLY IF NOT EXISTS a_b ON a (b);', 'a_b'],
    ['create unique index concurrently if not exists "A b" on a (b)', 'A b'],
  ])('knows the index that a file with the header builds: %s', (sql, index) => {
    expect(read(`-- why\n-- unde: concurrently\n${sql}`).index).toBe(index);
  });

  it.each([
    // Without the name it could not be cleared away, and without IF NOT EXISTS not be taken up again.
    'CREATE INDEX CONCURRENTLY ON a (b)',
    'CREATE INDEX CONCURRENTLY a_b ON a (b)',
    'CREATE INDEX IF NOT EXISTS a_b ON a (b)',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_b ON a (b); SELECT 1',
    'DROP INDEX CONCURRENTLY a_b',
  ])('refuses anything else outside a transaction: %s', (sql) => {
    expect(() => read(`-- unde: concurrently\n${sql}`)).toThrow(
      expect.objectContaining({ code: 'BAD_MIGRATION' }),
    );
  });
});
