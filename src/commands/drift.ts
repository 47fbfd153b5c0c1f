import { diffFlag, fleetOptions, optionalSelectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { planFleet } from '../lib/operations/deploy/deploy.ts';
import { flagDrift, type FlagDrift } from '../lib/operations/flags/drift.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import type { ServicePlan } from '../lib/operations/plan/plan.ts';
import { overallState, renderPlans } from '../lib/operations/plan/render.ts';
import { catalog } from '../registry.ts';

export default class Drift extends FleetCommand {
  static override summary = 'Say whether hosts still are what the inventory and the manifests say.';
  static override description =
    'Exit code 0: nothing differs. 9: something does. 5: a host could not be asked, so nobody knows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> @helsinki --json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    ...diffFlag,
  };

  async run(): Promise<{
    state: ServicePlan['state'];
    plan: readonly ServicePlan[];
    unmanaged: string[];
    flags: FlagDrift[];
  }> {
    const { args, flags } = await this.parse(Drift);
    const fleet = await this.openFleet(flags);
    const planned = await planFleet(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    planned.close();
    this.log(renderPlans(planned.plans, { diffs: flags.diff }));
    // A service that the inventory no longer places, but that a host still has, is drift too.
    const unmanaged = planned.surveys.flatMap((survey) => {
      if (!('facts' in survey)) return [];
      const { host } = survey.assignment;
      return survey.facts.otherServices
        .filter((name) => !host.services.includes(name))
        .map((name) => `${name} on ${host.name}`);
    });
    for (const name of unmanaged)
      this.log(`! ${name}: the host has it, the inventory does not place it there`);
    // So is a host that missed a change of flags; a deploy does not touch those.
    const behind = flagDrift(planned.surveys);
    for (const { host, service, why } of behind)
      this.log(
        `! the flags of ${service} on ${host} were left behind: ${why}; mend it with: unde flags mend`,
      );
    const state = overallState(planned.plans);
    this.endWith({
      unreachable: state === 'unknown',
      drift: state === 'change' || unmanaged.length > 0 || behind.length > 0,
    });
    return { state, plan: planned.plans, unmanaged, flags: behind };
  }
}
