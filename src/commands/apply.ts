import { Args } from '@oclif/core';
import { batchFlag, confirmOptions, fleetOptions, messageFlag, serialFlag } from '../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../lib/cli/fleet-command.ts';
import { interruptSignal } from '../lib/cli/interrupt.ts';
import { showingDeploy } from '../lib/cli/deploy-event.ts';
import type { Rollout } from '../lib/operations/deploy/rollout.ts';
import { applyPlan, planFleet } from '../lib/operations/deploy/deploy.ts';
import { assertAddressesUnclaimed } from '../lib/operations/deploy/preflight.ts';
import { renderRollouts, rolloutExit } from '../lib/operations/deploy/report.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { renderPlans } from '../lib/operations/plan/render.ts';
import { assertStillTrue, readPlan } from '../lib/operations/plan/saved-plan.ts';
import { catalog } from '../registry.ts';

export default class Apply extends FleetCommand {
  static override changes = true;
  static override summary = 'Carry out a plan that was saved, unless something has changed since.';
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json --context lab'];
  static override args = {
    plan: Args.string({ required: true, description: 'file written by `unde plan -o`' }),
  };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    ...messageFlag('shown to whoever meets the lock'),
    ...batchFlag,
    ...serialFlag,
  };

  async run(): Promise<{ rollouts: Rollout[] }> {
    const { args, flags } = await this.parse(Apply);
    const saved = await readPlan(args.plan);
    const fleet = await this.openFleet(flags);
    const placements = selectPlacements(fleet.inventory, saved.selector);
    assertAddressesUnclaimed(fleet, placements);
    const planned = await planFleet(fleet, placements, catalog);
    try {
      assertStillTrue(saved, fleet.context, planned.plans);
      this.log(renderPlans(planned.plans, { diffs: false }));
      await this.askBefore(fleet.context, 'Carry this plan out in production.', flags.yes);
      const signal = interruptSignal();
      const rollouts = await showingDeploy({ quiet: this.jsonEnabled(), signal }, (onEvent) =>
        applyPlan(fleet, planned, {
          by: operatorName(),
          action: 'deploy',
          reason: flags.message,
          skipUnreachable: false,
          batch: flags.batch,
          serial: flags.serial,
          signal,
          onEvent,
        }),
      );
      if (rollouts.length > 0) this.log(renderRollouts(rollouts, `unde deploy ${saved.selector}`));
      this.endWith(rolloutExit(rollouts, signal.aborted));
      return { rollouts };
    } finally {
      planned.close();
    }
  }
}
