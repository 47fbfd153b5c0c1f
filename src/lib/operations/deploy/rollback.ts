import { UndeError } from '../../common/error/unde-error.ts';
import type { ServiceFacts } from '../../fleet/facts/facts.ts';
import { serviceFacts } from '../plan/plan.ts';
import { shortDigest } from '../../desired/release/release.ts';
import type { HostMove } from './rollout.ts';
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
