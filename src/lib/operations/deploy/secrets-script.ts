import { credentialFile, serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { shellText } from '../../common/shell/script.ts';

/**
 * What stands behind a version until the service runs with it: an operator's side may be killed between the two, and
 * then the next plan must not take the one for the other.
 */
const NOT_TAKEN_OVER = 'not taken over';

/** A secret on its way to a host. */
export interface PlacedSecret {
  readonly credential: string;
  readonly version: string;
  readonly value: string;
}

/** What {@link placeSecretsScript} reads: a line for each secret, its value in base64. */
export function secretLines(secrets: readonly PlacedSecret[]): string {
  return secrets
    .map(
      ({ credential, version, value }) =>
        `${credential} ${version} ${Buffer.from(value).toString('base64')}\n`,
    )
    .join('');
}

/**
 * Encrypts a service's credentials to the host (systemd-creds(1)) and renames each into its place; its version is
 * written down behind it, so that a plan can tell without decrypting anything. A value is never on a disk or in an
 * argument: bash passes it from one pipe to the next. Once the service runs with them, {@link takenOverScript} says so.
 *
 * @param left Names of credentials to take away.
 */
export function placeSecretsScript(service: string, left: readonly string[]): string {
  const versions = `${serviceDirectory(service)}/secrets`;
  return [
    'set -euo pipefail; export LC_ALL=C; umask 077',
    `mkdir -p ${versions} /etc/credstore.encrypted`,
    `while read -r name version value; do
  file=${credentialFile(service, '')}$name
  printf '%s' "$value" | base64 -d | systemd-creds encrypt --quiet --name="$name" - "$file.new"
  sync "$file.new"
  mv -f "$file.new" "$file"
  printf '%s %s\\n' "$version" ${quote(NOT_TAKEN_OVER)} >${versions}/"$name"
done`,
    ...left.map(
      (name) =>
        `rm -f ${quote(credentialFile(service, name))}; printf '%s\\n' ${quote(`gone, ${NOT_TAKEN_OVER}`)} >${quote(`${versions}/${name}`)}`,
    ),
    'echo placed',
  ].join('\n');
}

/** Writes down that a service runs with the credentials that were placed, and without those that were taken away. */
export function takenOverScript(service: string): string {
  const folders = [`${serviceDirectory(service)}/secrets`, credentialFile(service, '')].map(quote);
  return `${shellText('lib/operations/deploy/taken-over.sh')}\ntaken_over ${folders.join(' ')}`;
}
