import { UndeError } from '../../common/error/unde-error.ts';
import type { Facts, FactsQuery } from '../../fleet/facts/facts.ts';
import { parseFacts } from '../../fleet/facts/parse.ts';
import { factsScript } from '../../fleet/facts/script.ts';
import type { Placement } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { unreachable } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { factsQuery, type Assignment } from '../../desired/assignment.ts';
import { sideBySide } from '../../fleet/ask/side-by-side.ts';
import { withHost } from '../../fleet/ask/with-host.ts';
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
  timeoutMs: number,
): Promise<Facts> {
  const result = await connection.bash('source /dev/stdin', {
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
  return sideBySide(assignments, (assignment) => surveyHost(fleet, assignment, options));
}

async function surveyHost(
  fleet: Fleet,
  assignment: Assignment,
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>>,
): Promise<Survey> {
  const query = factsQuery(assignment, options);
  try {
    return await withHost(
      fleet,
      assignment.host,
      async (connection) => ({
        assignment,
        connection,
        facts: await collectFacts(connection, query, FACTS_TIMEOUT_MS),
      }),
      { keepOpen: true },
    );
  } catch (error) {
    return { assignment, error: unreachable({ host: assignment.host.name }, error as Error) };
  }
}

/** Closes what a survey left open. */
export function closeAll(surveys: readonly Survey[]): void {
  for (const survey of surveys) if ('connection' in survey) survey.connection.close();
}
