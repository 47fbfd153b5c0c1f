import type { Column } from '../../common/text/table.ts';
import type { SecretReader } from '../../secrets/store.ts';

/** Somebody who can read the secrets, as `unde operators list --json` prints them. */
export interface ListedOperator extends SecretReader {
  readonly you: boolean;
}

/** The columns of {@link operatorRow}. */
export const OPERATOR_COLUMNS: readonly Column[] = [
  { header: 'operator' },
  { header: 'since' },
  { header: 'recipient', shrink: true },
];

/** The operators of a store; those with a recipient of this machine's are marked. */
export function listOperators(
  operators: readonly SecretReader[],
  ownRecipients: readonly string[],
): ListedOperator[] {
  return operators.map((operator) => ({ ...operator, you: ownRecipients.includes(operator.recipient) }));
}

/** An operator as a row. */
export function operatorRow({ name, since, recipient, you }: ListedOperator): string[] {
  return [you ? `${name} (you)` : name, since.slice(0, 10), recipient];
}
