import { UndeError } from '../../common/error/unde-error.ts';
import type { ExitClass } from '../../common/error/exit.ts';
import type { Assignment } from '../../desired/assignment.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { takeLease, type Lease } from '../../fleet/ledger/lease.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import type { SshTarget } from '../../fleet/ssh/target.ts';
import { assertAtRest, inspectHost, type Inspection } from './inspection.ts';

/** The name under which a whole host is locked, and stands in its ledger. */
export const WHOLE_HOST = 'host';

/** A host that is to be taken down, and the hosts that must be well meanwhile. */
export interface TurnPlan {
  readonly assignment: Assignment;
  readonly peers: readonly PeerPlan[];
}

/** A peer with what is placed there. */
export interface PeerPlan {
  readonly assignment: Assignment;
  /** The services that must be well. */
  readonly services: readonly string[];
  readonly why: string;
}

/** Who works on hosts, and who listens. */
export interface TurnContext {
  readonly fleet: Fleet;
  /** Names the lines in the ledgers. */
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly tell: (host: string, text: string) => void;
}

/** What became of a host's turn. */
export interface TurnOutcome {
  readonly host: string;
  /**
   * `ok`; `refused` before anything was done; `failed`: it is there, but not as well as before; `lost`: it does not
   * answer any more; `untouched`: its turn never came.
   */
  readonly result: 'ok' | 'refused' | 'failed' | 'lost' | 'untouched';
  readonly seconds: number;
  readonly text: string;
  readonly details: readonly string[];
  readonly hint: string | null;
  readonly exit: ExitClass;
}

/** A turn that has begun: the host was found fit for it, and is locked, as are its peers. */
export interface OpenTurn {
  readonly target: SshTarget;
  readonly connection: Connection;
  readonly look: Inspection;
  /** Gives the locks back, and closes the connections. */
  close(): Promise<void>;
}

/**
 * Begins a turn: looks at the host and its peers, and locks them. Whoever deploys there meanwhile, or takes a peer
 * down, is told who is at work.
 *
 * @param locks `services: false` leaves each service's own lock to what works on it by itself.
 * @throws UndeError LOCKED, UNCONFIRMED_DEPLOY, PEER_NOT_WELL, and those of a host that cannot be reached
 */
export async function openTurn(
  context: TurnContext,
  plan: TurnPlan,
  locks: { readonly services: boolean } = { services: true },
): Promise<OpenTurn> {
  const connections: Connection[] = [];
  const leases: Lease[] = [];
  const close = async () => {
    await Promise.allSettled(leases.map((lease) => lease.release()));
    for (const connection of connections) connection.close();
  };
  const open = async (assignment: Assignment) => {
    const target = context.fleet.target(assignment.host);
    const connection = await connect(target);
    connections.push(connection);
    return { target, connection, look: await inspectHost(connection, assignment) };
  };
  const lock = async (connection: Connection, names: readonly string[]) => {
    leases.push(await takeLease(connection, names, context.by, context.reason || 'maintenance'));
  };
  try {
    const { target, connection, look } = await open(plan.assignment);
    assertAtRest(look);
    const services = locks.services ? look.services.map(({ service }) => service) : [];
    await lock(connection, [WHOLE_HOST, ...services]);
    await Promise.all(
      plan.peers.map(async (peer) => {
        const there = await open(peer.assignment).catch((error: unknown) => {
          throw peerGone(plan.assignment.host.name, peer, error);
        });
        assertPeerWell(plan.assignment.host.name, peer, there.look, look);
        await lock(there.connection, [WHOLE_HOST]);
      }),
    );
    return { target, connection, look, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is deployed on both must be well on the other one. */
function assertPeerWell(host: string, peer: PeerPlan, there: Inspection, here: Inspection): void {
  const shared = peer.services.filter((name) => here.services.some(({ service }) => service === name));
  for (const name of shared) {
    const found = there.services.find(({ service }) => service === name);
    if (found?.state === 'running') continue;
    const why = found === undefined ? 'was never deployed' : `is ${found.state}: ${found.reason}`;
    throw peerNotWell(host, peer, `its ${name} ${why.replace(/: $/, '')}`);
  }
}

function peerGone(host: string, peer: PeerPlan, error: unknown): UndeError {
  return peerNotWell(host, peer, error instanceof UndeError ? error.message : String(error));
}

function peerNotWell(host: string, peer: PeerPlan, what: string): UndeError {
  const { name } = peer.assignment.host;
  return new UndeError({
    code: 'PEER_NOT_WELL',
    message: `${host} stays up: ${name}, which ${peer.why}, is not well: ${what}`,
    exit: 'refused',
    where: { host: name },
    hint: `unde status host:${name} --once`,
  });
}
