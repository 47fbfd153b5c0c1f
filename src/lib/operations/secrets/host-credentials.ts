import type { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { askHosts, sameScript } from '../../fleet/ask/ask-hosts.ts';
import { credentialFile, STATE } from '../../common/layout/layout.ts';

/** A credential that a host has. */
export interface HostCredential {
  readonly host: string;
  readonly service: string;
  readonly credential: string;
  /** Empty where nobody wrote it down; `not taken over` behind it until the service runs with it. */
  readonly version: string;
}

/** What the hosts of a fleet hold, and whom nobody could ask. */
export interface HostCredentials {
  readonly credentials: readonly HostCredential[];
  readonly unreachable: readonly { readonly host: string; readonly error: UndeError }[];
}

/** How long a host may take to list its credentials, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** Lists a host's credentials, those of services that it no longer has included; it decrypts none. */
export const LIST_CREDENTIALS = `
shopt -s nullglob
for file in ${credentialFile('*', '')}*; do
  name=\${file##*/unde.}
  service=\${name%%.*}
  credential=\${name#*.}
  [[ $credential != *.new ]] || continue
  placed=${STATE}/services/$service/secrets/$credential
  version=
  [[ ! -r $placed ]] || version=$(<"$placed")
  printf '%s\\t%s\\t%s\\n' "$service" "$credential" "$version"
done`.trim();

/** Asks all hosts of a fleet which credentials they hold. */
export async function hostCredentials(fleet: Fleet, signal: AbortSignal): Promise<HostCredentials> {
  const scripts = sameScript(fleet.hosts, LIST_CREDENTIALS);
  const answers = [...(await askHosts(fleet, scripts, { timeoutMs: TIMEOUT_MS, signal }))];
  return {
    credentials: answers.flatMap(([host, answer]) =>
      answer.error === undefined ? parseCredentials(host.name, answer.stdout) : [],
    ),
    unreachable: answers.flatMap(([host, { error }]) =>
      error === undefined ? [] : [{ host: host.name, error }],
    ),
  };
}

/** Reads what {@link LIST_CREDENTIALS} prints. */
export function parseCredentials(host: string, text: string): HostCredential[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [service = '', credential = '', version = ''] = line.split('\t');
      return { host, service, credential, version };
    });
}

/** The credentials that a secret's uses should have now, with the version of each. */
export function versionOnHost(
  credentials: readonly HostCredential[],
  use: { readonly host: string; readonly service: string; readonly credential: string },
): string | undefined {
  return credentials.find(
    ({ host, service, credential }) =>
      host === use.host && service === use.service && credential === use.credential,
  )?.version;
}
