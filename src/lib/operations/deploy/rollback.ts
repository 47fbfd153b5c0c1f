import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { ServiceFacts } from '../../fleet/facts/facts.ts';
import { serviceFacts } from '../plan/plan.ts';
import { shortDigest } from '../../desired/release/release.ts';
import { rollOut } from './batched-rollout.ts';
import { rolloutExit } from './report.ts';
import type { HostMove, Rollout, RolloutOptions } from './rollout.ts';
import type { Reached } from '../plan/survey.ts';

/** A generation that a host can be taken back to. */
export interface RollbackTarget {
  readonly generation: string;
  readonly digest: string;
}

/**
 * What a rollback without a version picks: the newest generation that once passed its gate on this host, runs
 * another release than now, is not marked bad and is still there. A pure function.
 *
 * @param wanted Beginning of a digest, to pick that release instead.
 */
export function rollbackTarget(service: ServiceFacts, wanted?: string): RollbackTarget | undefined {
  return service.confirmed.findLast(
    ({ generation, digest }) =>
      generation !== service.generation &&
      (wanted === undefined
        ? digest !== service.digest && !service.bad.includes(digest)
        : digest.startsWith(wanted)) &&
      // A platform service has no release folder; its generations are kept as long as they are listed.
      (service.releases.length === 0 || service.releases.includes(digest)),
  );
}

/**
 * What a rollback moves, host by host.
 *
 * @throws UndeError NOTHING_TO_ROLL_BACK_TO naming the hosts that have nothing to go back to; AMBIGUOUS_RELEASE.
 */
export function rollbackMoves(hosts: readonly Reached[], service: string, wanted?: string): HostMove[] {
  const moves: HostMove[] = [];
  const without: string[] = [];
  if (wanted !== undefined) assertOneRelease(hosts, service, wanted);
  for (const reached of hosts) {
    const facts = serviceFacts(reached.facts, service);
    const desired = reached.assignment.desired.find((candidate) => candidate.service === service);
    const target = rollbackTarget(facts, wanted);
    if (target === undefined) {
      // Where the wanted release runs already there is nothing to do.
      if (wanted === undefined || facts.digest?.startsWith(wanted) !== true) {
        without.push(`${reached.assignment.host.name}: ${describe(facts)}`);
      }
    } else if (desired !== undefined) {
      moves.push({ reached, desired: { ...desired, ...target } });
    }
  }
  if (without.length === 0) return moves;
  throw new UndeError({
    code: 'NOTHING_TO_ROLL_BACK_TO',
    message: `${service} has no ${wanted === undefined ? 'earlier good release' : `release ${wanted}`} on ${without.length} host(s); nothing was changed`,
    exit: 'refused',
    details: without,
    hint: `unde history ${service}`,
  });
}

function assertOneRelease(hosts: readonly Reached[], service: string, wanted: string): void {
  const meant = new Set(
    hosts
      .flatMap(({ facts }) => serviceFacts(facts, service).confirmed)
      .map(({ digest }) => digest)
      .filter((digest) => digest.startsWith(wanted)),
  );
  if (meant.size <= 1) return;
  throw new UndeError({
    code: 'AMBIGUOUS_RELEASE',
    message: `${meant.size} releases of ${service} begin with "${wanted}"`,
    exit: 'usage',
    hint: `give more of it: ${[...meant].map(shortDigest).join(', ')}`,
  });
}

function describe({ digest, releases, bad }: ServiceFacts): string {
  const others = releases
    .filter((release) => release !== digest)
    .map((release) => `${shortDigest(release)}${bad.includes(release) ? ' (bad)' : ''}`);
  return `runs ${shortDigest(digest)}, and has ${others.length === 0 ? 'no other release' : others.join(', ')}`;
}

/** One host's part of a rollback, by the digests of releases. */
export interface RollbackStep {
  readonly host: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** How services are rolled back, and who is asked and told. */
export interface RollbackOptions extends Omit<RolloutOptions, 'action' | 'abandons' | 'store' | 'onEvent'> {
  /** Beginning of the digest of a release, to go to that one. */
  readonly to?: string | undefined;
  /** Called before a service is moved; where it throws, nothing more is. Without steps there is nothing to change. */
  readonly approve: (service: string, steps: readonly RollbackStep[]) => Promise<void>;
  /** Shows the progress of a service's rollout while the work goes on. */
  readonly showing: <T>(work: (onEvent: RolloutOptions['onEvent']) => Promise<T>) => Promise<T>;
  /** Called after a service was moved, with the command that undoes it. */
  readonly onRollout: (rollout: Rollout, undo: string) => void;
}

/**
 * Takes services back, one after the other, each in its own rollout; one that fails ends it.
 *
 * @returns One rollout for each service that was moved.
 * @throws UndeError NOTHING_TO_ROLL_BACK_TO, AMBIGUOUS_RELEASE, and what `approve` throws
 */
export async function rollBack(
  fleet: Fleet,
  reached: readonly Reached[],
  services: readonly string[],
  { to, approve, showing, onRollout, ...options }: RollbackOptions,
): Promise<Rollout[]> {
  const rollouts: Rollout[] = [];
  for (const service of services) {
    const hosts = reached.filter(({ assignment }) =>
      assignment.desired.some((desired) => desired.service === service),
    );
    const moves = rollbackMoves(hosts, service, to);
    const steps = moves.map((move) => ({
      host: move.reached.assignment.host.name,
      from: serviceFacts(move.reached.facts, service).digest,
      to: move.desired.digest,
    }));
    await approve(service, steps);
    if (moves.length === 0) continue;
    const rollout = await showing((onEvent) =>
      rollOut(fleet, moves, { ...options, action: 'rollback', abandons: to === undefined, onEvent }),
    );
    rollouts.push(rollout);
    onRollout(rollout, undoOf(service, steps));
    if (rolloutExit([rollout]) !== 'ok') break;
  }
  return rollouts;
}

/** The command that undoes a rollback; hosts that came from different releases are undone one by one. */
function undoOf(service: string, steps: readonly RollbackStep[]): string {
  const left = [...new Set(steps.map(({ from }) => from))].map((digest) => shortDigest(digest));
  return left.map((digest) => `unde rollback ${service} --to ${digest}`).join('  or  ');
}
