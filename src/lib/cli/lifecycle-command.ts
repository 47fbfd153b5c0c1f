import {
  confirmOptions,
  fleetOptions,
  messageFlag,
  selectorArgument,
  unreachableFlag,
} from './common-flags.ts';
import chalk from 'chalk';
import { batchesOf } from '../operations/deploy/batches.ts';
import { runLifecycle, type LifecycleOutcome, type LifecycleVerb } from '../operations/deploy/lifecycle.ts';
import { assertAddressesUnclaimed, reachedHosts } from '../operations/deploy/preflight.ts';
import { closeAll, scopeOf, surveyFleet } from '../operations/plan/survey.ts';
import { assignmentsOf } from '../desired/assignment.ts';
import { openSecretStore } from '../secrets/open.ts';
import { selectPlacements } from '../inventory/selector.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { FleetCommand, operatorName } from './fleet-command.ts';

/** What `start`, `stop` and `restart` share: selection, canary, gate, one line a host. */
export abstract class LifecycleCommand extends FleetCommand {
  // oclif looks for this no further than the nearest class with static members of its own.
  static override enableJsonFlag = true;
  static override args = selectorArgument('service');
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    ...messageFlag('written into the ledger'),
    ...unreachableFlag,
  };

  protected async runVerb(verb: LifecycleVerb, catalog: Catalog): Promise<{ outcomes: LifecycleOutcome[] }> {
    const { args, flags } = await this.parse(this.ctor as typeof LifecycleCommand);
    const fleet = await this.openFleet(flags);
    const scope = scopeOf(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    assertAddressesUnclaimed(fleet, scope.placements);
    const surveys = await surveyFleet(
      fleet,
      await assignmentsOf(fleet, scope.placements, catalog, await openSecretStore(fleet), false),
    );
    try {
      const reached = reachedHosts(surveys, { skipUnreachable: flags['skip-unreachable'] });
      const moves = reached.flatMap((host) =>
        host.assignment.desired.map((desired) => ({ reached: host, desired })),
      );
      const names = moves.map(
        ({ reached, desired }) => `${desired.service} on ${reached.assignment.host.name}`,
      );
      await this.askBefore(fleet.context, `${verb} ${names.join(', ')}.`, flags.yes);
      const outcomes: LifecycleOutcome[] = [];
      // A restart that fails on the first host must not reach the others.
      for (const batch of batchesOf(moves)) {
        const results = await Promise.all(
          batch.map((move) => runLifecycle(move, verb, operatorName(), flags.message)),
        );
        outcomes.push(...results);
        for (const result of results) this.#tell(result);
        if (results.some((result) => !result.ok)) break;
      }
      this.endWith({ failed: outcomes.some((outcome) => !outcome.ok) });
      return { outcomes };
    } finally {
      closeAll(surveys);
    }
  }

  #tell({ ok, service, host, text, journal }: LifecycleOutcome): void {
    this.log(`${ok ? chalk.green('✔') : chalk.red('✘')} ${service} on ${host}: ${text}`);
    for (const line of journal) this.log(chalk.dim(`    │ ${line}`));
    if (!ok) this.log(`  ${chalk.dim('next')}  unde logs ${service} --host ${host}`);
  }
}
