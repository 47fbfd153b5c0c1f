import type { Fleet } from '../../fleet/fleet.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Lease } from '../../fleet/ledger/lease.ts';
import { serviceFacts } from '../plan/plan.ts';
import { Payload } from '../../desired/release/payload.ts';
import { blobKey } from '../../desired/release/release.ts';
import { batchesOf } from './batches.ts';
import { HostDeploy } from './host-deploy.ts';
import { HostQueue } from './host-queue.ts';
import { releaseAll, takeLeases, type Leases } from './leases.ts';
import { goBack, moveHost, placeSecrets } from './move-host.ts';
import { newOperationId } from '../../fleet/ledger/operation-id.ts';
import type { HostMove, HostOutcome, Rollout, RolloutOptions } from './rollout.ts';

/** What the rollouts of one command share. */
export class RolloutCommon {
  readonly leases: Leases;
  readonly payload = new Payload();
  /** One package manager, and one upload, at a time on a host. */
  readonly preparations = new HostQueue();
  /** One switch, with its gate, at a time on a host. */
  readonly switches = new HostQueue();
  readonly #brought = new Map<string, Set<string>>();

  constructor(leases: Leases) {
    this.leases = leases;
  }

  /** The blobs that this command has brought to a host since its facts were collected; services share Node, say. */
  broughtTo(host: string): Set<string> {
    let brought = this.#brought.get(host);
    if (brought === undefined) this.#brought.set(host, (brought = new Set()));
    return brought;
  }
}

/** Where a rollout stands among others of its command. */
export interface Turn {
  /** Waits until it may switch; answers why it may not at all. */
  readonly mayBegin: () => Promise<string | undefined>;
  /** Why no further batch may begin. */
  readonly mustStop: () => string | undefined;
}

const ALONE: Turn = { mayBegin: async () => undefined, mustStop: () => undefined };

/**
 * Moves one service on some hosts by itself; see {@link rollOutWith}.
 *
 * @throws UndeError LOCKED, and those of {@link rollOutWith}
 */
export async function rollOut(
  fleet: Fleet,
  moves: readonly HostMove[],
  options: RolloutOptions,
): Promise<Rollout> {
  const leases = await takeLeases(fleet, moves, options);
  const service = moves[0]?.desired.service ?? '';
  options.onEvent({ kind: 'begin', services: [{ service, hosts: moves.length }] });
  try {
    const rollout = await rollOutWith(fleet, moves, options, new RolloutCommon(leases));
    options.onEvent({ kind: 'end', service, ...endOf(rollout) });
    return rollout;
  } finally {
    await releaseAll(leases);
  }
}

/**
 * Moves one service on some hosts, whose leases are held: everything is brought to every host, then batch by batch
 * switch, gate and confirmation. When a host fails, its batch and the batches before it go back.
 *
 * @throws UndeError PREPARE_FAILED and others from before the first switch; what happens after it is told in the
 *   outcome.
 */
export async function rollOutWith(
  fleet: Fleet,
  moves: readonly HostMove[],
  options: RolloutOptions,
  common: RolloutCommon,
  turn: Turn = ALONE,
): Promise<Rollout> {
  const id = newOperationId();
  const started = Date.now();
  const service = moves[0]?.desired.service ?? '';
  const steps = moves.map((move) => ({
    move,
    lease: common.leases.get(move.reached.assignment.host.name),
    deploy: hostDeploy(fleet, move, id, options),
  }));
  if (options.action === 'deploy') {
    options.onEvent({ kind: 'stage', service, text: `bringing it to ${moves.length} host(s)` });
  }
  let bytesSent = 0;
  await allOrFirstError(
    steps.map(({ move, deploy }) =>
      common.preparations.run(deploy.target.host, async () => {
        const before = deploy.connection.bytesSent;
        await prepareHost(move, deploy, options, common);
        bytesSent += deploy.connection.bytesSent - before;
      }),
    ),
  );
  const notStarted = await turn.mayBegin();
  const hosts =
    notStarted === undefined
      ? await inBatches(steps, options, common, turn)
      : steps.map((step) => untouched(step, notStarted));
  const digest = moves[0]?.desired.digest ?? '';
  const seconds = (Date.now() - started) / 1000;
  return { id, service, digest, hosts, seconds, bytesSent, notStarted };
}

/** Brings to a host what it lacks, without touching what runs. */
async function prepareHost(
  move: HostMove,
  deploy: HostDeploy,
  options: RolloutOptions,
  common: RolloutCommon,
): Promise<void> {
  await returnPending(move, deploy);
  // A rollback moves between generations that are on the host already.
  if (options.action === 'rollback') return;
  const { host } = deploy.target;
  if (move.reloadOnly !== true) {
    const brought = common.broughtTo(host);
    const missing = move.reached.facts.missingBlobs.filter((key) => !brought.has(key));
    await deploy.prepare(move.desired, missing, common.payload);
    for (const file of move.desired.release?.files ?? []) brought.add(blobKey(file));
  }
  await placeSecrets(deploy, move, options.store);
  options.onEvent({ kind: 'host', service: deploy.deploy.service, host, text: 'prepared' });
}

/** How a rollout ended, in a few words. */
export function endOf({ hosts, notStarted }: Rollout): { ok: boolean; text: string } {
  if (notStarted !== undefined) return { ok: false, text: `not started: ${notStarted}` };
  const ok = hosts.every(({ result }) => result === 'ok');
  return { ok, text: ok ? `confirmed on ${hosts.length} host(s)` : 'failed' };
}

function hostDeploy(
  fleet: Fleet,
  { reached, desired }: HostMove,
  id: string,
  options: RolloutOptions,
): HostDeploy {
  return new HostDeploy(
    fleet.target(reached.assignment.host),
    reached.connection,
    {
      id,
      by: options.by,
      service: desired.service,
      unit: desired.unit,
      action: options.action,
      hasRelease: desired.kind === 'service',
      digest: desired.digest,
      generation: desired.generation,
      abandons: options.abandons ?? false,
    },
    desired,
  );
}

/** A deploy that somebody else left unconfirmed goes back first, so that there is one way back at a time. */
async function returnPending({ reached, desired }: HostMove, deploy: HostDeploy): Promise<void> {
  const { pending } = serviceFacts(reached.facts, desired.service);
  if (pending === undefined) return;
  const left = new HostDeploy(
    deploy.target,
    deploy.connection,
    { ...deploy.deploy, id: pending.id, digest: pending.digest, generation: pending.generation },
    desired,
  );
  const answer = await left.undo(
    'returned',
    `left unconfirmed by ${pending.by}; ${deploy.deploy.by} ${deploy.deploy.action === 'deploy' ? 'deploys again' : 'rolls back'}`,
  );
  if (answer !== 'broken') return;
  throw new UndeError({
    code: 'NOT_RETURNED',
    message: `${deploy.target.host}: ${desired.service} was left unconfirmed by ${pending.by}, and does not go back`,
    exit: 'failed',
    where: { host: deploy.target.host, unit: desired.unit },
    hint: `unde logs ${desired.service} --host ${deploy.target.host}`,
  });
}

/** A host's deploy with what it is to reach. */
interface Step {
  readonly move: HostMove;
  readonly lease: Lease | undefined;
  readonly deploy: HostDeploy;
}

function untouched({ deploy }: Step, reason?: string): HostOutcome {
  return { host: deploy.target.host, result: 'untouched', digest: '', reason };
}

async function inBatches(
  steps: readonly Step[],
  options: RolloutOptions,
  common: RolloutCommon,
  turn: Turn,
): Promise<HostOutcome[]> {
  const confirmed: Step[] = [];
  const outcomes: HostOutcome[] = [];
  const oneByOne = steps.some(({ move }) => move.desired.rolling === 'one-by-one');
  const batches = batchesOf(steps, oneByOne ? 1 : options.batch);
  const goBackAll = (back: readonly Step[], why: string) =>
    Promise.all(
      back.map(({ deploy }) => common.switches.run(deploy.target.host, () => goBack(deploy, why, options))),
    );
  for (const [index, batch] of batches.entries()) {
    const stopped = index === 0 ? undefined : turn.mustStop();
    // Another service of the command failed: what this one has confirmed stays, and the same command goes on from here.
    if (stopped !== undefined) {
      return [
        ...outcomes,
        ...batches
          .slice(index)
          .flat()
          .map((step) => untouched(step, stopped)),
      ];
    }
    const service = batch[0]?.deploy.deploy.service ?? '';
    const canary = index === 0 && batches.length > 1 && !oneByOne;
    const name = canary ? 'canary' : `batch ${index + 1} of ${batches.length}`;
    options.onEvent({
      kind: 'stage',
      service,
      text: `${name}: ${batch.map(({ deploy }) => deploy.target.host).join(', ')}`,
    });
    const results = await Promise.all(
      batch.map(({ move, lease, deploy }) =>
        common.switches.run(deploy.target.host, () => moveHost(deploy, move, lease, options)),
      ),
    );
    if (results.every((outcome) => outcome.result === 'ok')) {
      outcomes.push(...results);
      confirmed.push(...batch);
      continue;
    }
    // Hosts of this batch that are well go back too: a fleet runs one release, or says that it does not. What keeps
    // state stays where it is: nobody restarts a second database because a first one failed.
    const why = `${service} failed on ${results.find((outcome) => outcome.result !== 'ok')?.host}`;
    const well = batch.filter((_, i) => results[i]?.result === 'ok');
    const returned = await goBackAll(oneByOne ? [] : [...confirmed, ...well], why);
    return [
      ...(oneByOne ? outcomes : returned),
      ...results.filter((outcome) => outcome.result !== 'ok'),
      ...batches
        .slice(index + 1)
        .flat()
        .map((step) => untouched(step)),
    ];
  }
  return outcomes;
}

/** What all of them came to, or the first error once every one has ended: nothing still works when leases are given back. */
export async function allOrFirstError<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
