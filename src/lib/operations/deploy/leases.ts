import type { Fleet } from '../../fleet/fleet.ts';
import { takeLease, type Lease } from '../../fleet/ledger/lease.ts';
import type { HostMove, RolloutOptions } from './rollout.ts';

/** The leases that a command holds, by host. */
export type Leases = ReadonlyMap<string, Lease>;

/**
 * Takes the lease of every service on every host that a command is going to move, before anything is changed.
 * Host after host, in the order of the inventory: of two commands that share hosts, the one that comes second to the
 * first of them is refused there, and holds nothing that the other wants.
 *
 * @throws UndeError LOCKED; then nothing is held.
 */
export async function takeLeases(
  fleet: Fleet,
  moves: readonly HostMove[],
  { by, reason }: Pick<RolloutOptions, 'by' | 'reason'>,
): Promise<Leases> {
  const leases = new Map<string, Lease>();
  try {
    for (const host of fleet.hosts) {
      const here = moves.filter(({ reached }) => reached.assignment.host.name === host.name);
      const [first] = here;
      if (first === undefined) continue;
      const services = [...new Set(here.map(({ desired }) => desired.service))];
      leases.set(host.name, await takeLease(first.reached.connection, services, by, reason));
    }
    return leases;
  } catch (error) {
    await releaseAll(leases);
    throw error;
  }
}

/** Gives all of them back; one that cannot be given back ends by itself. */
export async function releaseAll(leases: Leases): Promise<void> {
  await Promise.allSettled([...leases.values()].map((lease) => lease.release()));
}
