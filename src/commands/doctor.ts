import { contextIfAny, contextLabel } from '../lib/common/context/context.ts';
import { fleetOptions, optionalSelectorArgument, timeoutFlag } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { countChecks, renderChecks, type Check, type CheckVerdict } from '../lib/operations/doctor/check.ts';
import { diagnose } from '../lib/operations/doctor/doctor.ts';
import { catalog } from '../registry.ts';

export default class Doctor extends FleetCommand {
  static override summary = 'Check this machine, and the way from it to every host.';
  static override description =
    'Without a context only this machine is looked at, and no host is touched. Exit code 10 when something failed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> @helsinki --context lab --json',
  ];
  static override args = optionalSelectorArgument('hosts');
  static override flags = {
    ...fleetOptions,
    ...timeoutFlag('a login may take', 5),
  };

  async run(): Promise<{ context: string | null; summary: Record<CheckVerdict, number>; checks: Check[] }> {
    const { args, flags } = await this.parse(Doctor);
    const context = contextIfAny(flags.context);
    const checks = await diagnose(
      {
        context,
        inventory: flags.inventory,
        selector: args.selector,
        timeoutMs: flags.timeout * 1000,
      },
      catalog,
    );
    if (context !== undefined) this.showContext(context);
    this.log(renderChecks(checks));
    const summary = countChecks(checks);
    // Whether each host answers is what is asked here: one that does not is no gap in the answer, but the answer.
    this.endWith({ unhealthy: summary.fail > 0 });
    return { context: context === undefined ? null : contextLabel(context), summary, checks };
  }
}
