import { randomBytes } from 'node:crypto';
import type { Fleet } from '../../fleet/fleet.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import { takeLease, type Lease } from '../../fleet/ledger/lease.ts';
import { serviceFacts } from '../plan/plan.ts';
import { Payload } from '../../desired/release/payload.ts';
import { batchesOf } from './batches.ts';
import { HostDeploy } from './host-deploy.ts';
import { goBack, moveHost, placeSecrets } from './move-host.ts';
import type { HostMove, HostOutcome, Rollout, RolloutOptions } from './rollout.ts';

/** A deploy's id: when, and a few random letters, so that it sorts and can be said over the telephone. */
export function newDeployId(now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/**
 * Moves one service on some hosts: leases, then everything is brought to every host, then batch by batch switch,
 * gate and confirmation. When a host fails, its batch and the batches before it go back.
 *
 * @throws UndeError LOCKED, PREPARE_FAILED and others from before the first switch; what happens after it is told in
 *   the outcome.
 */
export async function rollOut(
  fleet: Fleet,
  moves: readonly HostMove[],
  options: RolloutOptions,
): Promise<Rollout> {
  const id = newDeployId();
  const started = Date.now();
  const sentBefore = bytesSent(moves);
  const service = moves[0]?.desired.service ?? '';
  const leases = await takeLeases(moves, options);
  try {
    const payload = new Payload();
    const steps = moves.map((move, index) => ({
      move,
      lease: leases[index],
      step: hostDeploy(fleet, move, id, options),
    }));
    if (options.action === 'deploy') {
      options.onEvent({ kind: 'stage', service, text: `bringing it to ${moves.length} host(s)` });
    }
    await allOrFirstError(
      steps.map(async ({ move, step }) => {
        await returnPending(move, step);
        // A rollback moves between generations that are on the host already.
        if (options.action === 'rollback') return;
        if (move.reloadOnly !== true) await step.prepare(move.desired, move.reached.facts, payload);
        await placeSecrets(step, move, options.store);
        options.onEvent({ kind: 'host', service, host: step.target.host, text: 'prepared' });
      }),
    );
    const hosts = await inBatches(steps, options);
    return {
      id,
      service,
      digest: moves[0]?.desired.digest ?? '',
      hosts,
      seconds: (Date.now() - started) / 1000,
      bytesSent: bytesSent(moves) - sentBefore,
    };
  } finally {
    await Promise.allSettled(leases.map((lease) => lease.release()));
  }
}

function bytesSent(moves: readonly HostMove[]): number {
  return moves.reduce((sum, { reached }) => sum + reached.connection.bytesSent, 0);
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

/**
 * The first host's lease decides between two operators who start at the same moment; the others follow together.
 *
 * @returns One lease an move, in their order.
 */
async function takeLeases(moves: readonly HostMove[], options: RolloutOptions): Promise<Lease[]> {
  const take = ({ reached, desired }: HostMove) =>
    takeLease(reached.connection, desired.service, options.by, options.reason);
  const [first, ...others] = moves;
  if (first === undefined) return [];
  const leases = [await take(first)];
  const settled = await Promise.allSettled(others.map(take));
  for (const result of settled) if (result.status === 'fulfilled') leases.push(result.value);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed === undefined) return leases;
  await Promise.allSettled(leases.map((lease) => lease.release()));
  throw failed.reason;
}

/** A deploy that somebody else left unconfirmed goes back first, so that there is one way back at a time. */
async function returnPending({ reached, desired }: HostMove, step: HostDeploy): Promise<void> {
  const { pending } = serviceFacts(reached.facts, desired.service);
  if (pending === undefined) return;
  const left = new HostDeploy(
    step.target,
    step.connection,
    { ...step.deploy, id: pending.id, digest: pending.digest, generation: pending.generation },
    desired,
  );
  const answer = await left.undo(
    'returned',
    `left unconfirmed by ${pending.by}; ${step.deploy.by} ${step.deploy.action === 'deploy' ? 'deploys again' : 'rolls back'}`,
  );
  if (answer !== 'broken') return;
  throw new UndeError({
    code: 'NOT_RETURNED',
    message: `${step.target.host}: ${desired.service} was left unconfirmed by ${pending.by}, and does not go back`,
    exit: 'failed',
    where: { host: step.target.host, unit: desired.unit },
    hint: `unde logs ${desired.service} --host ${step.target.host}`,
  });
}

/** A host's deploy with what it is to reach. */
interface Step {
  readonly move: HostMove;
  readonly lease: Lease | undefined;
  readonly step: HostDeploy;
}

async function inBatches(steps: readonly Step[], options: RolloutOptions): Promise<HostOutcome[]> {
  const confirmed: HostDeploy[] = [];
  const outcomes: HostOutcome[] = [];
  const oneByOne = steps.some(({ move }) => move.desired.rolling === 'one-by-one');
  const batches = batchesOf(steps, oneByOne ? 1 : options.batch);
  for (const [index, batch] of batches.entries()) {
    const service = batch[0]?.step.deploy.service ?? '';
    const canary = index === 0 && batches.length > 1 && !oneByOne;
    const name = canary ? 'canary' : `batch ${index + 1} of ${batches.length}`;
    options.onEvent({
      kind: 'stage',
      service,
      text: `${name}: ${batch.map(({ step }) => step.target.host).join(', ')}`,
    });
    const results = await Promise.all(
      batch.map(({ move, lease, step }) => moveHost(step, move, lease, options)),
    );
    const good = results.every((outcome) => outcome.result === 'ok');
    if (good) {
      outcomes.push(...results);
      confirmed.push(...batch.map(({ step }) => step));
      continue;
    }
    // Hosts of this batch that are well go back too: a fleet runs one release, or says that it does not. What keeps
    // state stays where it is: nobody restarts a second database because a first one failed.
    const why = `${service} failed on ${results.find((outcome) => outcome.result !== 'ok')?.host}`;
    const well = batch.filter((_, i) => results[i]?.result === 'ok').map(({ step }) => step);
    const back = oneByOne ? [] : [...confirmed, ...well];
    const returned = await Promise.all(back.map((step) => goBack(step, why, options)));
    return [
      ...(oneByOne ? outcomes : returned),
      ...results.filter((outcome) => outcome.result !== 'ok'),
      ...batches
        .slice(index + 1)
        .flat()
        .map(({ step }): HostOutcome => ({ host: step.target.host, result: 'untouched', digest: '' })),
    ];
  }
  return outcomes;
}

async function allOrFirstError(promises: readonly Promise<void>[]): Promise<void> {
  // Every host is waited for, so that none still works on something when the leases are given back.
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
