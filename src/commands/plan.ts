import { writeFile } from 'node:fs/promises';
import { Flags } from '@oclif/core';
import { diffFlag, fleetOptions, optionalSelectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { planFleet } from '../lib/operations/deploy/deploy.ts';
import { selectPlacements } from '../lib/inventory/selector.ts';
import type { ServicePlan } from '../lib/operations/plan/plan.ts';
import { renderPlans } from '../lib/operations/plan/render.ts';
import { savedPlan } from '../lib/operations/plan/saved-plan.ts';
import { catalog } from '../registry.ts';

export default class Plan extends FleetCommand {
  static override summary = 'Show what a deploy would change, and change nothing.';
  static override description =
    'A host that cannot be asked is "unknown", never "no change". A plan written with -o can be carried out by `unde apply`, which refuses it once a host has changed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> all -o plan.json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    out: Flags.string({ char: 'o', description: 'write the plan to a file, for `unde apply`' }),
    ...diffFlag,
  };

  async run(): Promise<{ plan: readonly ServicePlan[] }> {
    const { args, flags } = await this.parse(Plan);
    const fleet = await this.openFleet(flags);
    const planned = await planFleet(fleet, selectPlacements(fleet.inventory, args.selector), catalog);
    planned.close();
    this.log(renderPlans(planned.plans, { diffs: flags.diff }));
    if (flags.out !== undefined) {
      await writeFile(flags.out, savedPlan(fleet.context, args.selector, planned.plans));
      this.log(`written to ${flags.out}; carry it out with: unde apply ${flags.out}`);
    }
    this.endWith({ unreachable: planned.plans.some((plan) => plan.state === 'unknown') });
    return { plan: planned.plans };
  }
}
