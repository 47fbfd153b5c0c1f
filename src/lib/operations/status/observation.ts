import type { UndeError } from '../../common/error/unde-error.ts';
import type { Facts } from '../../fleet/facts/facts.ts';
import type { Assignment } from '../../desired/assignment.ts';
import type { LedgerEntry } from '../../fleet/ledger/entry.ts';

/** What is known of one host at a moment: its last answer, and why there is no newer one. */
export interface Observation {
  readonly assignment: Assignment;
  /** Services that are placed on it but not built yet. */
  readonly notBuilt: readonly string[];
  readonly answer: Answer | undefined;
  /** Why the last attempt failed; gone with the next answer. */
  readonly failure: UndeError | undefined;
  /** The ledger's entries that were read so far, oldest first. */
  readonly ledger: readonly LedgerEntry[];
}

/** An answer, with the operator's clock around it, in seconds since the epoch. */
export interface Answer {
  readonly facts: Facts;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * How far a host's clock is ahead of the operator's, in seconds. The host read its clock somewhere between the question
 * and the answer, so a host that is merely slow is not taken for one whose clock is wrong.
 */
export function clockSkew({
  facts,
  askedAt,
  answeredAt,
}: Omit<Answer, 'facts'> & { readonly facts: { readonly host: Pick<Facts['host'], 'now'> } }): number {
  const { now } = facts.host;
  if (now < askedAt) return now - askedAt;
  return now > answeredAt ? now - answeredAt : 0;
}
