import chalk from 'chalk';
import type { DatabaseStatus } from './database-status.ts';

/** From this version on, pgvector builds indexes in parallel, and vacuums them, without known faults. */
const SOUND_VECTOR = [0, 8, 4];

/** An open transaction that is older than this, in seconds, holds back upkeep. */
const LONG_TRANSACTION = 3600;

/** What an operator should know of a database, a line each; what is wrong first. */
export function databaseNotes({ database, server, pending = [], problems, error }: DatabaseStatus): string[] {
  const wrong = [
    ...(error === undefined
      ? []
      : [`${database}: ${error.message}`, ...(error.hint ? [`  → ${error.hint}`] : [])]),
    ...problems.map((problem) => `${database}: ${problem}`),
  ].map((line) => chalk.red(line));
  const notes = [
    ...(pending.length > 0 && problems.length === 0
      ? [`${database}: ${pending.length} to apply → unde db migrate ${database}`]
      : []),
    ...(server === undefined || server.waiting === 0
      ? []
      : [`${database}: ${server.waiting} session(s) wait for a lock`]),
    ...(server === undefined || server.oldestTransaction < LONG_TRANSACTION
      ? []
      : [`${database}: a transaction has been open for ${Math.round(server.oldestTransaction / 60)} min`]),
    ...(server?.checksums === false
      ? [`${database}: the cluster has no data checksums (docs/databases.md)`]
      : []),
  ].map((line) => chalk.yellow(line));
  const faults =
    typeof server?.vector === 'string' && isOlder(server.vector, SOUND_VECTOR)
      ? [
          chalk.dim(
            `${database}: pgvector ${server.vector} has faults in parallel builds; indexes are built by one process here`,
          ),
        ]
      : [];
  return [...wrong, ...notes, ...faults];
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of than.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}
