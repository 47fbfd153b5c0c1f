import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import { databaseNotes } from '../../../../src/lib/operations/db/database-notes.ts';

const server = {
  version: '17.12',
  vector: '0.8.4',
  bytes: 9e6,
  checksums: true,
  connections: 3,
  maxConnections: 100,
  waiting: 0,
  oldestTransaction: 0,
};
const well = {
  database: 'staging',
  host: 'staging-db',
  server,
  applied: 5,
  pending: [],
  problems: [],
} as const;

describe('databaseNotes', () => {
  it('has nothing to say of a database that is well', () => {
    expect(databaseNotes(well)).toEqual([]);
  });

  it('names what is to be applied, and the command', () => {
    expect(databaseNotes({ ...well, pending: ['0006_x.sql'] })).toEqual([
      'staging: 1 to apply → unde db migrate staging',
    ]);
  });

  it('does not send anybody to migrate what would be refused', () => {
    const problems = ['0003_x.sql was edited after it was applied'];
    expect(databaseNotes({ ...well, pending: ['0006_x.sql'], problems })).toEqual([
      'staging: 0003_x.sql was edited after it was applied',
    ]);
  });

  it.each([
    ['0.8.0', 1],
    ['0.8.3', 1],
    ['0.7.9', 1],
    ['0.8.4', 0],
    ['0.9.0', 0],
    ['1.0', 0],
  ])('of pgvector %s says %i thing(s)', (vector, count) => {
    expect(databaseNotes({ ...well, server: { ...server, vector } })).toHaveLength(count);
  });

  it('tells of waits, of transactions that hold back upkeep, and of missing checksums', () => {
    const tired = { ...server, waiting: 2, oldestTransaction: 7200, checksums: false };
    expect(databaseNotes({ ...well, server: tired })).toEqual([
      'staging: 2 session(s) wait for a lock',
      'staging: a transaction has been open for 120 min',
      'staging: the cluster has no data checksums (docs/databases.md)',
    ]);
  });

  it('says why nothing is known, and what to do', () => {
    const error = new UndeError({ code: 'X', message: 'no answer', exit: 'unreachable', hint: 'look' });
    expect(databaseNotes({ database: 'staging', host: 'staging-db', problems: [], error })).toEqual([
      'staging: no answer',
      '  → look',
    ]);
  });
});
