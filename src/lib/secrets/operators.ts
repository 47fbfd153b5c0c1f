import { UndeError } from '../common/error/unde-error.ts';
import { didYouMean } from '../common/text/did-you-mean.ts';
import { assertRecipient } from './age.ts';
import type { SecretStore } from './store.ts';

const NAME = /^[a-z][a-z0-9._-]*$/;

/**
 * Lets somebody read the secrets: every file is encrypted anew.
 *
 * @throws UndeError BAD_RECIPIENT, BAD_OPERATOR_NAME, OPERATOR_EXISTS, NOT_A_RECIPIENT
 */
export async function addOperator(
  store: SecretStore,
  name: string,
  recipient: string,
  by: string,
): Promise<void> {
  await assertRecipient(recipient);
  if (!NAME.test(name)) {
    throw new UndeError({
      code: 'BAD_OPERATOR_NAME',
      message: `"${name}" cannot name an operator: lower-case letters, digits, and . _ - behind the first letter`,
      exit: 'usage',
    });
  }
  await store.change(by, async (draft) => {
    const there = draft.operators();
    const same = there.find((each) => each.name === name || each.recipient === recipient);
    if (same !== undefined) {
      throw new UndeError({
        code: 'OPERATOR_EXISTS',
        message:
          same.recipient === recipient
            ? `this key can read the secrets already, as ${same.name}`
            : `there is an operator called ${name}, with another key`,
        exit: 'refused',
        hint:
          same.recipient === recipient
            ? 'unde operators list'
            : `add the new key under another name, then remove the old one: unde operators add ${name}-2 ${recipient}`,
      });
    }
    await draft.setOperators([
      ...there,
      { name, recipient, since: `${new Date().toISOString().slice(0, 19)}Z` },
    ]);
  });
}

/** What the removal of an operator leaves behind. */
export interface RemovedOperator {
  /** Secrets whose values they could read until now; knowing them is not taken away by encrypting anew. */
  readonly known: readonly string[];
  /** Those of them that come from a vendor, where only an operator can get another one. */
  readonly brought: readonly string[];
}

/**
 * Takes an operator out: every file is encrypted anew, without them.
 *
 * @param own Recipients of whoever asks for it.
 * @param sure Whether removing oneself is meant.
 * @throws UndeError UNKNOWN_OPERATOR, LAST_OPERATOR, REMOVES_YOURSELF
 */
export async function removeOperator(
  store: SecretStore,
  name: string,
  by: string,
  own: readonly string[],
  sure: boolean,
): Promise<RemovedOperator> {
  return store.change(by, async (draft) => {
    const there = draft.operators();
    const gone = there.find((each) => each.name === name);
    if (gone === undefined) {
      const names = there.map((each) => each.name);
      throw new UndeError({
        code: 'UNKNOWN_OPERATOR',
        message: `there is no operator called "${name}"`,
        exit: 'usage',
        hint: didYouMean(name, names) ?? `there are: ${names.join(', ') || 'none'}`,
      });
    }
    if (there.length === 1) {
      throw new UndeError({
        code: 'LAST_OPERATOR',
        message: `${name} is the only one who can read the secrets: without them all values would be lost`,
        exit: 'refused',
        hint: 'add somebody else first: unde operators add NAME AGE-RECIPIENT',
      });
    }
    if (own.includes(gone.recipient) && !sure) {
      throw new UndeError({
        code: 'REMOVES_YOURSELF',
        message: `${name} is you: you could not read the secrets any more, nor add yourself again`,
        exit: 'refused',
        hint: `if that is meant: unde operators remove ${name} --yes`,
      });
    }
    await draft.setOperators(there.filter((each) => each !== gone));
    const known = draft.names();
    return { known, brought: known.filter((each) => draft.entry(each)?.kind === 'brought') };
  });
}
