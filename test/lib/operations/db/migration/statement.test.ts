import { describe, expect, it } from 'vitest';
import { outlineStatements } from '../../../../../src/lib/operations/db/migration/statement.ts';

describe('outlineStatements', () => {
  it('splits at semicolons that end a statement, and only there', () => {
    expect(
      outlineStatements(`
        -- a comment; with a semicolon
        CREATE TABLE a (b text DEFAULT 'x;''y'); /* another;
        one */ INSERT INTO "we;ird" VALUES (E'it\\';s', $$;$$, $tag$ $$;$$ COMMIT; $tag$);
        ;
        SELECT 1`),
    ).toEqual(['CREATE TABLE a (b text DEFAULT )', 'INSERT INTO "we_ird" VALUES ( , , )', 'SELECT 1']);
  });

  it('sees through the body of a procedure that commits', () => {
    expect(
      outlineStatements(
        'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; REVOKE ALL ON PROCEDURE p() FROM PUBLIC;',
      ),
    ).toEqual(['CREATE PROCEDURE p() LANGUAGE plpgsql AS', 'REVOKE ALL ON PROCEDURE p() FROM PUBLIC']);
  });

  it('takes a word that ends in e before a string for a word', () => {
    expect(outlineStatements(`SELECT date'2026-01-01'; COMMIT`)).toEqual(['SELECT date', 'COMMIT']);
  });

  it('takes a backslash in an ordinary string for a character', () => {
    expect(outlineStatements(String.raw`SELECT 'a\'; COMMIT; SELECT 'b'`)).toEqual([
      'SELECT',
      'COMMIT',
      'SELECT',
    ]);
  });

  it('knows positional parameters from dollar quotes', () => {
    expect(outlineStatements('PREPARE p AS SELECT $1, $2; COMMIT')).toEqual([
      'PREPARE p AS SELECT $1, $2',
      'COMMIT',
    ]);
  });
});
