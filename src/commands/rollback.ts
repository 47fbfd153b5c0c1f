import { Flags } from '@oclif/core';
import chalk from 'chalk';
import {
  batchFlag,
  confirmOptions,
  fleetOptions,
  messageFlag,
  selectorArgument,
  unreachableFlag,
} from '../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../lib/cli/fleet-command.ts';
import { showingDeploy } from '../lib/cli/deploy-event.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import type { Rollout } from '../lib/operations/deploy/rollout.ts';
import { assertAddressesUnclaimed, reachedHosts } from '../lib/operations/deploy/preflight.ts';
import { rolloutExit, renderRollout } from '../lib/operations/deploy/report.ts';
import { rollBack, type RollbackStep } from '../lib/operations/deploy/rollback.ts';
import { closeAll, scopeOf, surveyFleet } from '../lib/operations/plan/survey.ts';
import { assignmentsOf } from '../lib/desired/assignment.ts';
import { openSecretStore } from '../lib/secrets/open.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { shortDigest } from '../lib/desired/release/release.ts';
import { catalog } from '../registry.ts';

export default class Rollback extends FleetCommand {
  static override changes = true;
  static override summary = 'Take a service back to the release that was good before this one.';
  static override description =
    'Picks, on each host, the newest release that passed its gate there, is not the one that runs and is not marked bad. Without --to, the release that is left is marked bad, so that the next rollback does not pick it. Moves hosts as a deploy does: canary, gate, confirmation, return on failure.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> embedder --to 3f9a1c --context production',
  ];
  static override args = selectorArgument('service');
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    to: Flags.string({ description: 'beginning of the digest of a release that the hosts still have' }),
    ...messageFlag('shown to whoever meets the lock'),
    ...unreachableFlag,
    ...batchFlag,
  };

  async run(): Promise<{ rollouts: Rollout[] }> {
    const { args, flags } = await this.parse(Rollback);
    const fleet = await this.openFleet(flags);
    const scope = scopeOf(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    assertAddressesUnclaimed(fleet, scope.placements);
    const surveys = await surveyFleet(
      fleet,
      await assignmentsOf(fleet, scope.placements, catalog, await openSecretStore(fleet), false),
    );
    try {
      const reached = reachedHosts(surveys, { skipUnreachable: flags['skip-unreachable'] });
      const services = [...new Set(scope.placements.map(({ service }) => service))];
      const signal = interruptSignal();
      const rollouts = await rollBack(fleet, reached, services, {
        by: operatorName(),
        reason: flags.message,
        to: flags.to,
        batch: flags.batch,
        signal,
        approve: async (service, steps) => {
          this.#show(service, steps);
          if (steps.length === 0) return;
          await this.askBefore(fleet.context, `Roll ${service} back on ${steps.length} host(s).`, flags.yes);
        },
        showing: (work) => showingDeploy({ quiet: this.jsonEnabled(), signal }, work),
        onRollout: (rollout, undo) => this.log(renderRollout(rollout, undo)),
      });
      this.endWith(rolloutExit(rollouts, signal.aborted));
      return { rollouts };
    } finally {
      closeAll(surveys);
    }
  }

  #show(service: string, steps: readonly RollbackStep[]): void {
    for (const { host, from, to } of steps)
      this.log(`${chalk.yellow('~')} ${service} on ${host}: ${shortDigest(from)} → ${shortDigest(to)}`);
    if (steps.length === 0) this.log(`${service}: nothing to change`);
  }
}
