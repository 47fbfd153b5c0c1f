import { UndeError } from '../../common/error/unde-error.ts';
import { assignmentsOf, type Assignment } from '../../desired/assignment.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { manifestsOf } from '../../desired/scope/scope.ts';
import { collectVitals, type VitalsAnswer } from './vitals/collect.ts';
import type { Vitals } from './vitals/vitals.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { openSecretStore } from '../../secrets/open.ts';
import { peersOf, possibleCopies } from './peers.ts';
import { roleOf, type HostRole } from './role.ts';
import { inTurn } from './turn-order.ts';
import type { TurnPlan } from './turn.ts';

/** A host whose turn will come. */
export interface PlannedTurn extends TurnPlan {
  readonly host: Host;
  readonly role: HostRole;
  readonly vitals: Vitals;
}

/** How long a host may take for its vitals, in milliseconds. */
const ANSWER_MS = 30_000;

/**
 * Asks hosts what they are, and puts them in the order of their turns, each with the hosts that must be well meanwhile.
 *
 * @param skipUnreachable Leaves out hosts that do not answer; otherwise one of them is enough to begin nothing.
 * @throws UndeError HOSTS_UNREACHABLE
 */
export async function planTurns(
  fleet: Fleet,
  hosts: readonly Host[],
  catalog: Catalog,
  skipUnreachable: boolean,
): Promise<PlannedTurn[]> {
  const manifests = await manifestsOf(catalog);
  const copies = hosts.flatMap((host) => possibleCopies(host, fleet.hosts, fleet.inventory, manifests));
  const asked = fleet.hosts.filter((host) => hosts.includes(host) || copies.includes(host));
  const answers = await collectVitals(fleet, asked, ANSWER_MS);
  const vitals = new Map(
    answers.flatMap((answer) => ('vitals' in answer ? [[answer.host, answer.vitals]] : [])),
  );
  assertReached(
    answers.filter(({ host }) => hosts.includes(host)),
    skipUnreachable,
  );
  const postgres = new Map(
    [...vitals].flatMap(([{ name }, { postgres: role }]) =>
      role === undefined ? [] : [[name, role] as const],
    ),
  );
  const peers = new Map(
    hosts.map((host) => [host, peersOf(host, fleet.hosts, fleet.inventory, manifests, postgres)]),
  );
  const all = fleet.hosts.filter(
    (host) => hosts.includes(host) || [...peers.values()].flat().some((peer) => peer.host === host),
  );
  const placements = all.flatMap((host) =>
    host.services.filter((service) => catalog.has(service)).map((service) => ({ host, service })),
  );
  const assignments = await assignmentsOf(fleet, placements, catalog, await openSecretStore(fleet), false);
  const assignmentOf = (host: Host): Assignment =>
    assignments.find((each) => each.host === host) ?? { host, desired: [] };
  const turns = hosts.flatMap((host): PlannedTurn[] => {
    const own = vitals.get(host);
    if (own === undefined) return [];
    return [
      {
        host,
        role: roleOf(host, fleet.inventory, manifests, own.postgres),
        vitals: own,
        assignment: assignmentOf(host),
        peers: (peers.get(host) ?? []).map(({ host: peer, services, why }) => ({
          assignment: assignmentOf(peer),
          services,
          why,
        })),
      },
    ];
  });
  return inTurn(turns);
}

function assertReached(answers: readonly VitalsAnswer[], skipUnreachable: boolean): void {
  const dead = answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : []));
  const [first] = dead;
  if (first === undefined || (skipUnreachable && dead.length < answers.length)) return;
  if (answers.length === 1) throw first;
  throw new UndeError({
    code: 'HOSTS_UNREACHABLE',
    message: `${dead.length} of ${answers.length} hosts cannot be reached; nothing was done`,
    exit: 'unreachable',
    details: dead.map(({ message }) => message),
    hint: 'mend them, or go on without them: --skip-unreachable',
  });
}
