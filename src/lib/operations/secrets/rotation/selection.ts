import { UndeError } from '../../../common/error/unde-error.ts';
import type { SecretKind } from '../../../manifest/secret.ts';
import type { DeclaredSecret } from '../../../desired/secrets/declared.ts';
import { AUTHORITY } from '../../../secrets/entry.ts';
import { namedSecret } from '../naming.ts';
import type { SecretStore } from '../../../secrets/store.ts';

/** What an operator wants rotated. */
export interface RotationRequest {
  readonly names: readonly string[];
  /** Everything that can be. */
  readonly all: boolean;
  /** All that this service holds. */
  readonly service?: string | undefined;
}

/** Kinds that are rotated by laying a second value beside the first. */
const ROTATED: readonly SecretKind[] = ['password', 'database-login', 'certificate', 'wireguard-key'];

/**
 * The secrets that a wish names. A vendor's are left out of `--all` and `--service`, and an error where they are named.
 *
 * @throws UndeError UNKNOWN_SECRET, NOT_ROTATED, SECRETS_MISSING, NOTHING_TO_ROTATE
 */
export function selectedForRotation(
  request: RotationRequest,
  declared: readonly DeclaredSecret[],
  store: Pick<SecretStore, 'entry'>,
): DeclaredSecret[] {
  const named = request.names.map((name) => {
    if (name === AUTHORITY) throw authorityNotRotated();
    return namedSecret(name, declared);
  });
  const foreign = named.find(({ spec }) => !ROTATED.includes(spec.kind));
  if (foreign !== undefined) throw notRotated(foreign);
  const more = declared.filter(
    ({ spec, holders, name }) =>
      ROTATED.includes(spec.kind) &&
      store.entry(name) !== undefined &&
      (request.all || holders.some(({ service }) => service === request.service)),
  );
  const wanted = [...new Set([...named, ...more])];
  if (wanted.length === 0) {
    throw new UndeError({
      code: 'NOTHING_TO_ROTATE',
      message:
        request.service === undefined
          ? 'nothing is named that could be rotated'
          : `${request.service} holds no secret that could be rotated`,
      exit: 'usage',
      hint: 'name secrets of `unde secrets list`, a service with --service, or --all',
    });
  }
  const missing = wanted.find(({ name }) => store.entry(name) === undefined);
  if (missing === undefined) return wanted;
  throw new UndeError({
    code: 'SECRET_MISSING',
    message: `"${missing.name}" has never been made`,
    exit: 'config',
    hint: 'unde secrets generate',
  });
}

function notRotated({ name, spec }: DeclaredSecret): UndeError {
  return new UndeError({
    code: 'NOT_ROTATED',
    message: `"${name}" (${spec.title}) comes from its vendor: get a new one there`,
    exit: 'usage',
    hint: `unde secrets set ${name}, then deploy who holds it; revoke the old one at the vendor afterwards`,
  });
}

function authorityNotRotated(): UndeError {
  return new UndeError({
    code: 'NOT_ROTATED',
    message:
      'the authority is what every host trusts; a new one replaces every certificate of the fleet at once',
    exit: 'refused',
    hint: 'unde pki show authority tells until when it is valid; certificates are renewed by: unde pki renew',
  });
}

/** What a rotation costs whoever uses a secret; `undefined` where nobody notices it. */
export function lossOf({ spec, holders, verifiers }: DeclaredSecret): string | undefined {
  if (spec.kind === 'wireguard-key') {
    return 'its tunnel is silent for some seconds: WireGuard accepts one key at a time, so both ends change together';
  }
  const seamless = spec.kind === 'certificate' || verifiers.length > 0 || holders.length <= 1;
  return seamless
    ? undefined
    : 'until all of them have it, those with the new value and those with the old one disagree';
}
