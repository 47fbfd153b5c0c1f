import { randomBytes } from 'node:crypto';

/** The id of an operation, as the ledger has it: when, and a few random letters, so that it sorts and can be said over the telephone. */
export function newOperationId(now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
