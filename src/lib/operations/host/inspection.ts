import { UndeError } from '../../common/error/unde-error.ts';
import type { Facts } from '../../fleet/facts/facts.ts';
import { factsQuery, type Assignment } from '../../desired/assignment.ts';
import { collectFacts } from '../plan/survey.ts';
import { askVitals } from './vitals/collect.ts';
import type { Vitals } from './vitals/vitals.ts';
import { serviceFacts } from '../plan/plan.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { serviceStatus } from '../status/service-status.ts';
import type { ServiceState } from '../status/status.ts';

/** How long a host may take for an answer, in milliseconds. */
const ANSWER_MS = 30_000;

/** One service as it was found. */
export interface FoundService {
  readonly service: string;
  readonly state: ServiceState;
  readonly reason: string;
}

/** A host as it was found over one connection. */
export interface Inspection {
  readonly assignment: Assignment;
  readonly facts: Facts;
  readonly vitals: Vitals;
  /** Those that were ever deployed. */
  readonly services: readonly FoundService[];
}

/** Looks at a host: what it runs, and how well. */
export async function inspectHost(connection: Connection, assignment: Assignment): Promise<Inspection> {
  const query = { ...factsQuery(assignment, { probeHealth: true }), files: [], packages: [], releases: [] };
  const facts = await collectFacts(connection, query, ANSWER_MS);
  const vitals = await askVitals(connection, ANSWER_MS);
  return { assignment, facts, vitals, services: foundServices(assignment, facts) };
}

/** The services of an assignment that were deployed, judged as `unde status` judges them. */
export function foundServices({ desired }: Assignment, facts: Facts): FoundService[] {
  return desired.flatMap((each): FoundService[] => {
    const { state, reason } = serviceStatus(each, serviceFacts(facts, each.service), [], facts.host.now);
    return state === 'not-deployed' ? [] : [{ service: each.service, state, reason }];
  });
}

/** Names of the services that are well. */
export function wellOf(look: Pick<Inspection, 'services'>): string[] {
  return look.services.filter(({ state }) => state === 'running').map(({ service }) => service);
}

/**
 * Refuses to touch a host on which somebody else is at work.
 *
 * @throws UndeError LOCKED, UNCONFIRMED_DEPLOY
 */
export function assertAtRest({ assignment, facts }: Inspection): void {
  const { name: host } = assignment.host;
  for (const { service } of assignment.desired) {
    const { lock, pending } = serviceFacts(facts, service);
    if (lock !== undefined) {
      throw new UndeError({
        code: 'LOCKED',
        message: `${lock.owner} holds the lock of ${service} on ${host}${lock.reason === '' ? '' : `: ${lock.reason}`}`,
        exit: 'locked',
        where: { host },
        hint: 'wait for them, or ask',
      });
    }
    if (pending !== undefined) {
      throw new UndeError({
        code: 'UNCONFIRMED_DEPLOY',
        message: `${service} on ${host} was switched by ${pending.by} and is not confirmed yet`,
        exit: 'refused',
        where: { host },
        hint: `unde deploy ${service}+host:${host}`,
      });
    }
  }
}
