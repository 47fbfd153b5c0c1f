import { UndeError } from '../../common/error/unde-error.ts';
import { formatSize } from '../../common/text/size.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Reached, Survey } from '../plan/survey.ts';
import { assertDeployable } from '../../inventory/address-claims.ts';
import type { Placement } from '../../inventory/selector.ts';
import { serviceFacts } from '../plan/plan.ts';
import { blobKey } from '../../desired/release/release.ts';
import type { HostMove } from './rollout.ts';
import { lacksSource, sourceMissing } from './package-source.ts';

/** What an operator decided about hosts that cannot be reached. */
export interface UnreachablePolicy {
  /** Go on without any number of them. */
  readonly skipUnreachable: boolean;
}

/**
 * Applies the policy for dead hosts: without `--skip-unreachable` one is enough to stop before anything changes.
 *
 * @throws UndeError HOSTS_UNREACHABLE, or the one error where there is one host only.
 */
export function reachedHosts(surveys: readonly Survey[], policy: UnreachablePolicy): Reached[] {
  const dead = surveys.filter((survey) => 'error' in survey);
  const alive = surveys.filter((survey) => 'facts' in survey);
  const first = dead[0];
  if (first === undefined || (policy.skipUnreachable && alive.length > 0)) return alive;
  if (surveys.length === 1) throw first.error;
  throw new UndeError({
    code: 'HOSTS_UNREACHABLE',
    message: `${dead.length} of ${surveys.length} hosts cannot be reached; nothing was changed`,
    exit: first.error.exit,
    details: dead.map(({ assignment, error }) => `${assignment.host.name}: ${error.message}`),
    hint:
      alive.length === 0
        ? (first.error.hint ?? 'unde doctor')
        : 'mend them, or go on without them: --skip-unreachable',
  });
}

/**
 * Refuses to change hosts whose address another host of the inventory claims: in production nobody knows which of the
 * two would answer. A lab gives each its own.
 *
 * @throws UndeError ADDRESS_CLAIMED
 */
export function assertAddressesUnclaimed(fleet: Fleet, placements: readonly Placement[]): void {
  if (fleet.context.name !== 'production') return;
  for (const { host } of placements) assertDeployable(fleet.inventory, host);
}

/**
 * Refuses to start our services on a host that an operator has taken out of work. What stays up there while it is
 * drained, third parties' services, may be changed.
 *
 * @throws UndeError HOST_DRAINED
 */
export function assertAtWork(moves: readonly Pick<HostMove, 'reached' | 'desired'>[]): void {
  for (const { reached, desired } of moves) {
    const { drained } = reached.facts.host;
    if (drained === undefined || desired.kind !== 'service') continue;
    const { name } = reached.assignment.host;
    throw new UndeError({
      code: 'HOST_DRAINED',
      message: `${drained.by} has taken ${name} out of work${drained.why === '' ? '' : `: ${drained.why}`}; ${desired.service} would start there`,
      exit: 'refused',
      where: { host: name, unit: desired.unit },
      hint: `unde host undrain host:${name}, or leave it out: '…,!host:${name}'`,
    });
  }
}

/** Bytes that must stay free on a host beside what a deploy brings. */
const DISK_RESERVE_BYTES = 64 << 20;

/**
 * Looks, before anything changes, for what would make a deploy fail: a package that apt does not find, a port that
 * somebody else holds, a disk without room.
 *
 * @throws UndeError PACKAGE_SOURCE_MISSING, PORT_HELD, NO_ROOM
 */
export function assertReady(hosts: readonly Reached[]): void {
  for (const { assignment, facts } of hosts) {
    for (const desired of assignment.desired) {
      if (lacksSource(desired, facts)) throw sourceMissing(assignment.host.name, desired);
      const { portHolder } = serviceFacts(facts, desired.service);
      if (portHolder !== undefined) {
        throw new UndeError({
          code: 'PORT_HELD',
          message: `port ${desired.port} of ${assignment.host.name}, which ${desired.service} needs, is held by ${portHolder}`,
          exit: 'refused',
          where: { host: assignment.host.name, unit: desired.unit },
          hint: `stop it there (unde ssh ${assignment.host.name}), or place ${desired.service} elsewhere`,
        });
      }
      // A compressed copy and the blob itself are there together for a moment.
      const missing = new Set(facts.missingBlobs);
      const needed = (desired.release?.files ?? [])
        .filter((file) => missing.has(blobKey(file)))
        .reduce((sum, file) => sum + 2 * file.size, DISK_RESERVE_BYTES);
      if (facts.host.diskAvailableBytes < needed) {
        throw new UndeError({
          code: 'NO_ROOM',
          message: `${assignment.host.name} has ${formatSize(facts.host.diskAvailableBytes)} free, and ${desired.service} needs ${formatSize(needed)} to be brought there`,
          exit: 'refused',
          where: { host: assignment.host.name },
          hint: `make room: unde exec ${assignment.host.name} -- df -h`,
        });
      }
    }
  }
}
