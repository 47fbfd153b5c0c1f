import { assignmentsOf } from '../../desired/assignment.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { mergeLedgers, type HistoryEntry } from '../../fleet/ledger/history.ts';
import { selectPlacements } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { openSecretStore } from '../../secrets/open.ts';
import { WHOLE_HOST } from '../host/turn.ts';
import { closeAll, scopeOf, surveyFleet } from '../plan/survey.ts';

/** A host's ledger holds all of its services; so many times the lines are read for the asked ones to be among them. */
const LEDGER_SHARE = 10;

/** What was done to a selection, and who could not be asked about it. */
export interface FleetHistory {
  readonly entries: HistoryEntry[];
  /** Names of hosts. */
  readonly unreachable: string[];
}

/**
 * Reads the ledgers of the hosts of a selection, newest entry first.
 *
 * @param lines How many entries at most.
 */
export async function fleetHistory(
  fleet: Fleet,
  selector: string,
  catalog: Catalog,
  lines: number,
): Promise<FleetHistory> {
  const placements = selectPlacements(fleet.inventory, selector);
  const scope = scopeOf(fleet, placements, catalog);
  const surveys = await surveyFleet(
    fleet,
    await assignmentsOf(fleet, scope.placements, catalog, await openSecretStore(fleet), false),
    { ledgerLines: lines * LEDGER_SHARE },
  );
  closeAll(surveys);
  const ledgers = surveys.flatMap((survey) =>
    'facts' in survey ? [{ host: survey.assignment.host.name, lines: survey.facts.ledger }] : [],
  );
  // Whoever asks for all of a host asks for what was done to the host itself, too.
  const whole = fleet.hosts.some((host) =>
    host.services.every((service) =>
      placements.some((each) => each.host.name === host.name && each.service === service),
    ),
  );
  const services = new Set([
    ...scope.placements.map(({ service }) => service),
    ...(whole ? [WHOLE_HOST] : []),
  ]);
  return {
    entries: mergeLedgers(ledgers, services).slice(0, lines),
    unreachable: surveys.flatMap((survey) => ('error' in survey ? [survey.assignment.host.name] : [])),
  };
}
