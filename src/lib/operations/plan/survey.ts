import pLimit from 'p-limit';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Facts, FactsQuery } from '../../fleet/facts/facts.ts';
import { parseFacts } from '../../fleet/facts/parse.ts';
import { factsScript } from '../../fleet/facts/script.ts';
import { bashCommand } from '../../common/shell/quote.ts';
import type { Placement } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { connect, unreachable } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { factsQuery, type Assignment } from '../../desired/assignment.ts';
import { MAX_IN_FLIGHT } from '../../fleet/ask/in-flight.ts';
import type { Fleet } from '../../fleet/fleet.ts';

/** What came back from a host: its facts over a connection that stays open, or why not. */
export type Survey =
  | { readonly assignment: Assignment; readonly connection: Connection; readonly facts: Facts }
  | { readonly assignment: Assignment; readonly error: UndeError };

/** A host that answered. */
export type Reached = Extract<Survey, { facts: unknown }>;

/** The placements of a selection that this context has and that can be deployed, and those left out. */
export interface Scope {
  readonly placements: readonly Placement[];
  /** Placed, but no such service is built. */
  readonly notBuilt: readonly Placement[];
  /** On hosts that this context does not have. */
  readonly elsewhere: readonly Placement[];
}

/**
 * Sorts a selection's placements by whether they can be acted on here.
 *
 * @throws UndeError NOTHING_DEPLOYABLE when none can.
 */
export function scopeOf(fleet: Fleet, placements: readonly Placement[], catalog: Catalog): Scope {
  const present = new Set(fleet.hosts.map((host) => host.name));
  const elsewhere = placements.filter(({ host }) => !present.has(host.name));
  const here = placements.filter(({ host }) => present.has(host.name));
  const scope: Scope = {
    placements: here.filter(({ service }) => catalog.has(service)),
    notBuilt: here.filter(({ service }) => !catalog.has(service)),
    elsewhere,
  };
  if (scope.placements.length > 0) return scope;
  const names = (list: readonly Placement[]) =>
    [...new Set(list.map(({ service, host }) => `${service} on ${host.name}`))].slice(0, 6).join(', ');
  throw new UndeError({
    code: 'NOTHING_DEPLOYABLE',
    message:
      scope.notBuilt.length > 0
        ? `no service of the selection is built yet: ${names(scope.notBuilt)}`
        : `the lab has none of the selection's hosts: ${names(elsewhere)}`,
    exit: 'usage',
    hint:
      scope.notBuilt.length > 0
        ? `unde services lists what can be deployed; host:${scope.notBuilt[0]?.host.name} selects everything on that host`
        : `unde lab up ${[...new Set(elsewhere.map(({ host }) => host.name))].slice(0, 3).join(',')}`,
  });
}

/** Asks one host over a connection that is open. */
export async function collectFacts(
  connection: Connection,
  query: FactsQuery,
  user: string,
  timeoutMs: number,
): Promise<Facts> {
  const result = await connection.exec(bashCommand('source /dev/stdin', user), {
    stdin: factsScript(query),
    timeoutMs,
  });
  try {
    return parseFacts(query, result.stdout);
  } catch (error) {
    if (!(error instanceof UndeError)) throw error;
    throw new UndeError({
      code: error.code,
      message: error.message,
      exit: error.exit,
      where: { host: connection.host },
      details: [...error.details, ...result.stderr.trim().split('\n').slice(-5)],
      hint: error.hint,
    });
  }
}

/** How long a host may take to say what it has, once connected, in milliseconds. */
const FACTS_TIMEOUT_MS = 20_000;

/** Connects to every host of the assignments at once and brings their facts; no host waits for another. */
export async function surveyFleet(
  fleet: Fleet,
  assignments: readonly Assignment[],
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>> = {},
): Promise<Survey[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all(assignments.map((assignment) => limit(() => surveyHost(fleet, assignment, options))));
}

async function surveyHost(
  fleet: Fleet,
  assignment: Assignment,
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>>,
): Promise<Survey> {
  let connection: Connection | undefined;
  try {
    const target = fleet.target(assignment.host);
    connection = await connect(target);
    const facts = await collectFacts(
      connection,
      factsQuery(assignment, options),
      target.user,
      FACTS_TIMEOUT_MS,
    );
    return { assignment, connection, facts };
  } catch (error) {
    connection?.close();
    if (error instanceof UndeError) return { assignment, error };
    return { assignment, error: unreachable({ host: assignment.host.name }, error as Error) };
  }
}

/** Closes what a survey left open. */
export function closeAll(surveys: readonly Survey[]): void {
  for (const survey of surveys) if ('connection' in survey) survey.connection.close();
}
