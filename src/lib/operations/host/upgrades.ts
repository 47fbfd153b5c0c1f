import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { askHosts, sameScript } from '../../fleet/ask/ask-hosts.ts';
import { parseUpgrade, type Upgrade } from './vitals/apt.ts';
import type { Host } from '../../inventory/inventory.ts';
import { upgradesScript } from './patch-script.ts';

/** How long a host's sources may take to answer, in milliseconds. */
const FETCH_MS = 10 * 60_000;

/** Which updates are wanted. */
export type UpdateKind = 'security' | 'all';

/**
 * Fetches the package lists of hosts, all at once, and tells by the host's name what is to be renewed.
 *
 * @throws UndeError LISTS_NOT_FETCHED, UNREACHABLE and others of the connection: one host is enough to begin nothing
 */
export async function pendingUpgrades(
  fleet: Fleet,
  hosts: readonly Host[],
  kind: UpdateKind,
): Promise<ReadonlyMap<string, Upgrade[]>> {
  const answers = await askHosts(fleet, sameScript(hosts, upgradesScript()), { timeoutMs: FETCH_MS });
  return new Map(
    [...answers].map(([host, answer]) => {
      if (answer.error !== undefined) throw answer.error;
      const lines = answer.stdout.split('\n');
      if (!lines.includes('end')) throw notFetched(host, answer.stderr);
      return [host.name, wantedUpgrades(lines, kind)];
    }),
  );
}

function notFetched(host: Host, stderr: string): UndeError {
  return new UndeError({
    code: 'LISTS_NOT_FETCHED',
    message: `${host.name} could not fetch its package lists`,
    exit: 'failed',
    where: { host: host.name },
    details: stderr.trim().split('\n').slice(-5),
    hint: `unde exec host:${host.name} -- apt-get update`,
  });
}

/** Of what apt would do, the packages that are there and wanted; new ones come with those that need them. */
export function wantedUpgrades(lines: readonly string[], kind: UpdateKind): Upgrade[] {
  return lines
    .flatMap((line) => parseUpgrade(line) ?? [])
    .filter(({ from, security }) => from !== undefined && (kind === 'all' || security));
}

/** Upgrades in a few words. */
export function describeUpgrades(upgrades: readonly Upgrade[]): string {
  const security = upgrades.filter((upgrade) => upgrade.security).length;
  const count = `${upgrades.length} ${upgrades.length === 1 ? 'package' : 'packages'}`;
  const kinds = security === upgrades.length ? ' (security)' : security > 0 ? ` (${security} security)` : '';
  const names = upgrades.slice(0, 6).map(({ name, to }) => `${name} ${to}`);
  return `${count}${kinds}: ${names.join(', ')}${upgrades.length > 6 ? ', …' : ''}`;
}
