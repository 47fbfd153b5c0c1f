/** One package as `apt-get --simulate` says that it would be renewed. */
export interface Upgrade {
  readonly name: string;
  /** `undefined`: it is not there yet; something that is renewed needs it. */
  readonly from: string | undefined;
  readonly to: string;
  /** Whether an archive for security updates offers it. */
  readonly security: boolean;
}

/**
 * Reads one `Inst` line of `apt-get --simulate`, which is
 * `Inst NAME [OLD] (NEW LABEL:VERSION/ARCHIVE, … [ARCH])`; `undefined` for any other line.
 *
 * Debian's security archive is `stable-security` with the label Debian-Security, Ubuntu's `noble-security`.
 */
export function parseUpgrade(line: string): Upgrade | undefined {
  const match = /^Inst (\S+)(?: \[([^\]]+)\])? \((\S+)([^)]*)\)/.exec(line);
  if (match === null) return undefined;
  const [, name = '', from, to = '', origins = ''] = match;
  return { name, from, to, security: /[\w-]*-security\b/i.test(origins) };
}

/**
 * Bash that prints what apt would renew by the lists that are there, as `--simulate` does. It needs no lock and
 * changes nothing.
 */
export const SIMULATE_UPGRADE =
  'apt-get -s -q -o Debug::NoLocking=1 -o APT::Get::Show-User-Simulation-Note=0 dist-upgrade';

/** Bash that prints when the package lists were fetched last, in seconds since the epoch; empty where they never were. */
export const LISTS_FETCHED = `compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null &&
  stat -c %Y /var/lib/apt/lists /var/lib/apt/lists/partial /var/lib/apt/periodic/update-success-stamp 2>/dev/null |
  sort -n | tail -n 1`;
