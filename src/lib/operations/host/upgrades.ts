import pLimit from 'p-limit';
import { MAX_IN_FLIGHT } from '../../fleet/ask/in-flight.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { bashCommand } from '../../common/shell/quote.ts';
import { parseUpgrade, type Upgrade } from './vitals/apt.ts';
import type { Host } from '../../inventory/inventory.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import { upgradesScript } from './patch-script.ts';

/** How long a host's sources may take to answer, in milliseconds. */
const FETCH_MS = 10 * 60_000;

/** Which updates are wanted. */
export type UpdateKind = 'security' | 'all';

/**
 * Fetches a host's package lists, and tells what is to be renewed.
 *
 * @throws UndeError LISTS_NOT_FETCHED
 */
async function pendingUpgrades(fleet: Fleet, host: Host, kind: UpdateKind): Promise<Upgrade[]> {
  const target = fleet.target(host);
  const connection = await connect(target);
  try {
    const { stdout, stderr } = await connection.exec(bashCommand(upgradesScript(), target.user), {
      timeoutMs: FETCH_MS,
    });
    const lines = stdout.split('\n');
    if (!lines.includes('end')) {
      throw new UndeError({
        code: 'LISTS_NOT_FETCHED',
        message: `${host.name} could not fetch its package lists`,
        exit: 'failed',
        where: { host: host.name },
        details: stderr.trim().split('\n').slice(-5),
        hint: `unde exec host:${host.name} -- apt-get update`,
      });
    }
    return wantedUpgrades(lines, kind);
  } finally {
    connection.close();
  }
}

/**
 * What is to be renewed on each of several hosts, by their names.
 *
 * @throws UndeError LISTS_NOT_FETCHED
 */
export async function pendingUpgradesOf(
  fleet: Fleet,
  hosts: readonly Host[],
  kind: UpdateKind,
): Promise<ReadonlyMap<string, readonly Upgrade[]>> {
  const limit = pLimit(MAX_IN_FLIGHT);
  const pending = hosts.map((host) =>
    limit(async () => [host.name, await pendingUpgrades(fleet, host, kind)] as const),
  );
  return new Map(await Promise.all(pending));
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
