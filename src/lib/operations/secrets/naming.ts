import { UndeError } from '../../common/error/unde-error.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { DeclaredSecret } from '../../desired/secrets/declared.ts';

/**
 * The secret that an operator names.
 *
 * @throws UndeError UNKNOWN_SECRET
 */
export function namedSecret(name: string, declared: readonly DeclaredSecret[]): DeclaredSecret {
  const found = declared.find((secret) => secret.name === name);
  if (found !== undefined) return found;
  throw unknownSecret(
    name,
    declared.map((secret) => secret.name),
  );
}

/** The error of a name that is no secret's. */
export function unknownSecret(name: string, names: readonly string[]): UndeError {
  return new UndeError({
    code: 'UNKNOWN_SECRET',
    message: `no service on these hosts has a secret called "${name}"`,
    exit: 'usage',
    hint: didYouMean(name, names) ?? 'see what there is: unde secrets list --no-hosts',
  });
}
