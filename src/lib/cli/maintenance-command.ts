import {
  confirmOptions,
  fleetOptions,
  messageFlag,
  selectorArgument,
  timeoutFlag,
  unreachableFlag,
} from './common-flags.ts';
import { newOperationId } from '../fleet/ledger/operation-id.ts';
import { assertAddressesUnclaimed } from '../operations/deploy/preflight.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { presentHosts } from '../fleet/present.ts';
import { silence } from '../operations/host/silence-alerts.ts';
import { planTurns, type PlannedTurn } from '../operations/host/plan-turns.ts';
import { maintenanceExit, renderOutcomes, TURN_COLUMNS, turnRow } from '../operations/host/report.ts';
import { oneByOne } from '../operations/host/one-by-one.ts';
import { WHOLE_HOST, type TurnContext, type TurnOutcome, type TurnPlan } from '../operations/host/turn.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { FleetCommand, operatorName } from './fleet-command.ts';
import { interruptSignal } from './interrupt.ts';
import { showingTurns, turnLines } from './turn-progress.ts';
import { renderTable, terminalWidth } from '../common/text/table.ts';

/** Flags of every command that works on hosts as a whole. */
export const maintenanceFlags = {
  ...fleetOptions,
  ...confirmOptions,
  ...messageFlag('written into the ledger'),
};

/** Flags of those that go from host to host. */
export const oneByOneFlags = {
  ...maintenanceFlags,
  ...unreachableFlag,
  ...timeoutFlag('a host may be away while it restarts', 600, { min: 10 }),
};

/** What hosts are selected by. */
export const hostsArgument = selectorArgument('hosts');

/** How long the work on a host may take besides its absence, as far as its alerts are concerned, in seconds. */
const WORK_SECONDS = 900;

/** What became of each host, as `--json` prints it. */
export interface MaintenanceAnswer {
  readonly hosts: readonly TurnOutcome[];
}

/** A command that takes hosts out of work, one at a time, in the order that their roles allow. */
export abstract class MaintenanceCommand extends FleetCommand {
  // oclif looks for this no further than the nearest class with static members of its own.
  static override enableJsonFlag = true;

  /** The turns of a selection, in their order. */
  protected async turnsOf(
    fleet: Fleet,
    selector: string,
    catalog: Catalog,
    skipUnreachable: boolean,
  ): Promise<PlannedTurn[]> {
    const hosts = presentHosts(fleet, selector);
    assertAddressesUnclaimed(
      fleet,
      hosts.map((host) => ({ host, service: WHOLE_HOST })),
    );
    return planTurns(fleet, hosts, catalog, skipUnreachable);
  }

  /** Prints the order of the turns, with what each would do. */
  protected showTurns(turns: readonly PlannedTurn[], what: (turn: PlannedTurn) => string): void {
    const rows = turns.map((turn, index) => turnRow(turn, index, what(turn)));
    this.log(renderTable(TURN_COLUMNS, rows, { width: terminalWidth() }));
  }

  /** Who works, and where it is told. */
  protected turnContext(fleet: Fleet, reason: string): TurnContext {
    return {
      fleet,
      id: newOperationId(),
      by: operatorName(),
      reason,
      tell: turnLines(this.jsonEnabled()),
    };
  }

  /**
   * Goes from host to host, each with its alerts silenced, and tells what became of each.
   *
   * @param awaySeconds How long a host may be away.
   * @param work One host's turn, which tells of itself by the context that it is given.
   */
  protected async runTour(
    turns: readonly PlannedTurn[],
    context: TurnContext,
    { catalog, awaySeconds }: { readonly catalog: Catalog; readonly awaySeconds: number },
    work: (plan: TurnPlan, context: TurnContext) => Promise<TurnOutcome>,
  ): Promise<MaintenanceAnswer> {
    const signal = interruptSignal('the host whose turn it is is seen through, and no other is begun');
    const inSilence = async (plan: TurnPlan, telling: TurnContext) => {
      const end = await silence(telling, catalog, plan.assignment.host.name, awaySeconds + WORK_SECONDS);
      try {
        return await work(plan, telling);
      } finally {
        await end();
      }
    };
    const names = turns.map(({ host }) => host.name);
    const hosts = await showingTurns(names, { quiet: this.jsonEnabled(), signal }, ({ tell, turn }) =>
      oneByOne(
        turns,
        (plan) => turn(plan.assignment.host.name, () => inSilence(plan, { ...context, tell })),
        signal,
      ),
    );
    this.log(renderOutcomes(hosts));
    this.endWith(maintenanceExit(hosts));
    return { hosts };
  }
}
