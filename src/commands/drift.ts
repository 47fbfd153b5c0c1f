import { diffFlag, fleetOptions, optionalSelectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { planFleet } from '../lib/operations/deploy/deploy.ts';
import { driftOf, renderDrift, type Drift as FleetDrift } from '../lib/operations/drift/drift.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import { renderPlans } from '../lib/operations/plan/render.ts';
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

  async run(): Promise<FleetDrift> {
    const { args, flags } = await this.parse(Drift);
    const fleet = await this.openFleet(flags);
    const planned = await planFleet(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    planned.close();
    this.log(renderPlans(planned.plans, { diffs: flags.diff }));
    const drift = driftOf(planned.surveys, planned.plans);
    for (const line of renderDrift(drift)) this.log(line);
    this.endWith({
      unreachable: drift.state === 'unknown',
      drift: drift.state === 'change' || drift.unmanaged.length > 0 || drift.flags.length > 0,
    });
    return drift;
  }
}
