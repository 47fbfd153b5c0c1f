import { UndeError } from '../../../common/error/unde-error.ts';
import type { Inventory } from '../../../inventory/inventory.ts';
import { withoutComment } from '../../../fleet/ssh/own-keys.ts';

/**
 * Refuses to take everybody's access away but the operators', where whoever asks for it is none of them: nothing would
 * come of it but a host that takes itself back.
 *
 * @param own The public keys that this operator logs in with, as `TYPE KEY`.
 * @throws UndeError NO_OPERATORS, NOT_AN_OPERATOR
 */
export function assertOperator({ operators, file }: Inventory, own: readonly string[]): void {
  const known = operators.flatMap(({ sshKeys }) => sshKeys.flatMap((key) => withoutComment(key) ?? []));
  if (own.some((key) => known.includes(key))) return;
  const line = `operators: { NAME: { ssh: ['${own[0] ?? 'ssh-ed25519 …'} NAME@MACHINE'] } }`;
  throw new UndeError({
    code: operators.length === 0 ? 'NO_OPERATORS' : 'NOT_AN_OPERATOR',
    message:
      operators.length === 0
        ? 'the inventory names no operators, and afterwards they alone can log in'
        : 'none of your keys is an operator’s in the inventory, and afterwards operators alone can log in',
    exit: 'config',
    where: { file },
    hint:
      own.length === 0
        ? 'make a key first (ssh-keygen -t ed25519), then add it under operators'
        : `add yourself: ${line}`,
  });
}
