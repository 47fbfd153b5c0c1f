import chalk from 'chalk';
import {
  batchFlag,
  confirmOptions,
  diffFlag,
  fleetOptions,
  messageFlag,
  selectorArgument,
  serialFlag,
  unreachableFlag,
} from '../lib/cli/common-flags.ts';
import { showingDeploy } from '../lib/cli/deploy-event.ts';
import { FleetCommand, operatorName } from '../lib/cli/fleet-command.ts';
import { applyPlan, planFleet } from '../lib/operations/deploy/deploy.ts';
import { assertAddressesUnclaimed } from '../lib/operations/deploy/preflight.ts';
import { renderRollouts, rolloutExit } from '../lib/operations/deploy/report.ts';
import type { Rollout } from '../lib/operations/deploy/rollout.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import type { ServicePlan } from '../lib/operations/plan/plan.ts';
import { renderPlans } from '../lib/operations/plan/render.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { catalog } from '../registry.ts';

export default class Deploy extends FleetCommand {
  static override changes = true;
  static override summary = 'Bring hosts to what the inventory and the manifests say.';
  static override description =
    'Shows the plan, then moves a canary, then growing batches. Each host must pass a health gate that is bound to the new process, and is confirmed over a fresh connection; otherwise it goes back to what it ran before, as do the hosts moved earlier. Several services go side by side, as far as they do not depend on each other, one switch at a time on a host; when one fails, what others have confirmed stays, and what has not begun is not started.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> node-exporter+@local --context production',
    '<%= config.bin %> <%= command.id %> all --skip-unreachable -m "new kernel metrics"',
  ];
  static override args = selectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    ...messageFlag('shown to whoever meets the lock'),
    ...unreachableFlag,
    ...batchFlag,
    ...serialFlag,
    ...diffFlag,
  };

  async run(): Promise<{ plan: ServicePlan[]; rollouts: Rollout[] }> {
    const { args, flags } = await this.parse(Deploy);
    const fleet = await this.openFleet(flags);
    const placements = selectPlacements(fleet.inventory, args.selector);
    assertAddressesUnclaimed(fleet, placements);
    const planned = await planFleet(fleet, placements, catalog, operatorName());
    try {
      const changes = planned.plans.filter((plan) => plan.state === 'change');
      this.log(renderPlans(planned.plans, { diffs: flags.diff }));
      for (const line of leftOut(planned.scope)) this.log(chalk.dim(line));
      for (const { service, host } of planned.unsourced ?? [])
        this.log(chalk.dim(`${service} on ${host} left out: no apt source of this lab has it`));
      for (const name of planned.renewed ?? [])
        this.log(
          `the certificate ${name} was issued anew: it would have ended soon, or been for other names`,
        );
      if (changes.length > 0) {
        await this.askBefore(fleet.context, `${changes.length} change(s) in production.`, flags.yes);
      }
      const signal = interruptSignal();
      const rollouts = await showingDeploy({ quiet: this.jsonEnabled(), signal }, (onEvent) =>
        applyPlan(fleet, planned, {
          by: operatorName(),
          action: 'deploy',
          reason: flags.message,
          skipUnreachable: flags['skip-unreachable'],
          batch: flags.batch,
          serial: flags.serial,
          signal,
          onEvent,
        }),
      );
      if (rollouts.length > 0) this.log(renderRollouts(rollouts, `unde deploy ${args.selector}`));
      this.endWith(rolloutExit(rollouts, signal.aborted));
      return { plan: planned.plans.slice(), rollouts };
    } finally {
      planned.close();
    }
  }
}

function leftOut(scope: {
  notBuilt: readonly { service: string }[];
  elsewhere: readonly { host: { name: string } }[];
}): string[] {
  const names = (list: readonly string[]) => [...new Set(list)].join(', ');
  return [
    scope.notBuilt.length > 0
      ? `not built yet, left out: ${names(scope.notBuilt.map((p) => p.service))}`
      : '',
    scope.elsewhere.length > 0
      ? `${new Set(scope.elsewhere.map((p) => p.host.name)).size} host(s) of the selection are not in this lab, left out`
      : '',
  ].filter((line) => line !== '');
}
