import {
  confirmOptions,
  fleetOptions,
  messageFlag,
  selectorArgument,
  timeoutFlag,
  unreachableFlag,
} from './common-flags.ts';
import chalk from 'chalk';
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
    const started = Date.now();
    return {
      fleet,
      id: newOperationId(),
      by: operatorName(),
      reason,
      tell: (host, text) => {
        if (this.jsonEnabled()) return;
        const clock = chalk.dim(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`);
        process.stderr.write(`${clock}  ${host}  ${text}\n`);
      },
    };
  }

  /**
   * Goes from host to host, each with its alerts silenced, and tells what became of each.
   *
   * @param awaySeconds How long a host may be away.
   */
  protected async runTour(
    turns: readonly PlannedTurn[],
    context: TurnContext,
    { catalog, awaySeconds }: { readonly catalog: Catalog; readonly awaySeconds: number },
    work: (plan: TurnPlan) => Promise<TurnOutcome>,
  ): Promise<MaintenanceAnswer> {
    const signal = interruptSignal('the host whose turn it is is seen through, and no other is begun');
    const inSilence = async (plan: TurnPlan) => {
      const end = await silence(context, catalog, plan.assignment.host.name, awaySeconds + WORK_SECONDS);
      try {
        return await work(plan);
      } finally {
        await end();
      }
    };
    const hosts = await oneByOne(turns, inSilence, signal);
    this.log(renderOutcomes(hosts));
    this.endWith(maintenanceExit(hosts));
    return { hosts };
  }
}
