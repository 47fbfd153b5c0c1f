/**
 * Where the tool keeps things on a host. Everything of its own is below one folder; what systemd must find lies
 * where systemd looks.
 *
 *     /var/lib/unde/
 *       store/<ab>/<sha256>               blobs, content-addressed; releases are hard links to them
 *       releases/<service>/<digest>/      one release, read-only once it is there
 *       services/<service>/current        symlink to the release that runs
 *       services/<service>/generation     id of the generation that is in force
 *       services/<service>/generations/<id>/   what was rendered: files/, meta.json
 *       services/<service>/confirmed      ids of the generations that passed their gate, oldest first
 *       services/<service>/bad/<digest>   why a release is never picked by a rollback
 *       services/<service>/pending        id of the deploy that is switched but not confirmed
 *       services/<service>/secrets/<credential>   version of the credential that was placed
 *       deploys/<id>/                     one deploy: undo script, what was there before
 *       ledger.jsonl                      who, what, when, result
 *       drained                           an operator took the host out of work: when, who, why, and what to start again
 *       paused/<timer>                    timers that an operator paused: since when, by whom, why
 *     /etc/credstore.encrypted/unde.<service>.<credential>   a secret, encrypted to this host by systemd-creds
 *     /run/unde/locks/<service>           leases, held by a process of the operator's connection
 */
export const STATE = '/var/lib/unde';

/** Markers of paused timers, named like the timers' units. */
export const PAUSED = `${STATE}/paused`;

/**
 * The marker of a host that an operator has taken out of work. Lines: when (seconds since the epoch), who, why; then
 * `unit NAME` and `timer NAME` for what `unde host undrain` starts again.
 */
export const DRAINED = `${STATE}/drained`;

/** The file that holds one credential of a service, encrypted to the host; systemd-creds knows it by CREDENTIAL. */
export function credentialFile(service: string, credential: string): string {
  return `/etc/credstore.encrypted/unde.${service}.${credential}`;
}

/** How many releases of a service are kept on a host. */
export const KEPT_RELEASES = 5;

/** The folder of a service's state on a host. */
export function serviceDirectory(service: string): string {
  return `${STATE}/services/${service}`;
}

/** The folder of one release on a host. */
export function releaseDirectory(service: string, digest: string): string {
  return `${STATE}/releases/${service}/${digest}`;
}

/** The systemd unit of one of our services; platform services keep their package's. */
export function unitName(service: string): string {
  return `unde-${service}.service`;
}

/** The file that holds a service's settings as environment variables. */
export function environmentFile(service: string): string {
  return `/etc/unde/${service}.env`;
}

/** Where node-exporter's textfile collector looks. */
export const TEXTFILES = '/var/lib/prometheus/node-exporter';
