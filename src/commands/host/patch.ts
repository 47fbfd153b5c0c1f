import { Flags } from '@oclif/core';
import {
  hostsArgument,
  MaintenanceCommand,
  oneByOneFlags,
  type MaintenanceAnswer,
} from '../../lib/cli/maintenance-command.ts';
import type { Upgrade } from '../../lib/operations/host/vitals/apt.ts';
import { patchHost } from '../../lib/operations/host/patch.ts';
import { describeUpgrades, pendingUpgrades } from '../../lib/operations/host/upgrades.ts';
import { catalog } from '../../registry.ts';

export default class HostPatch extends MaintenanceCommand {
  static override changes = true;
  static override summary = 'Renew packages, one host at a time: security updates, or all.';
  static override description =
    'Fetches the package lists, shows what would be renewed where, and then takes one host after the other in the order that quorums and replicas allow. Exactly the versions that were shown are installed, nothing is removed, and configuration files stay as they are. Services that run replaced libraries are restarted by their gates; everything that was well before must be well again. The first host that is not ends the command.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> all --context production',
    '<%= config.bin %> <%= command.id %> @helsinki --every-update --reboot -m "monthly" --context production',
  ];
  static override args = hostsArgument;
  static override flags = {
    ...oneByOneFlags,
    'every-update': Flags.boolean({
      description: 'every update, not the security updates alone',
      aliases: ['all'],
      deprecateAliases: true,
    }),
    reboot: Flags.boolean({ description: 'restart a host in the same turn where it wants that afterwards' }),
    plan: Flags.boolean({ description: 'only show what would be renewed' }),
  };

  async run(): Promise<
    MaintenanceAnswer & { readonly upgrades: Readonly<Record<string, readonly Upgrade[]>> }
  > {
    const { args, flags } = await this.parse(HostPatch);
    const fleet = await this.openFleet(flags);
    const all = await this.turnsOf(fleet, args.selector, catalog, flags['skip-unreachable']);
    const hosts = all.map(({ host }) => host);
    const pending = await pendingUpgrades(fleet, hosts, flags['every-update'] ? 'all' : 'security');
    const upgradesOf = (name: string) => pending.get(name) ?? [];
    const turns = all.filter(({ host }) => upgradesOf(host.name).length > 0);
    const upgrades = Object.fromEntries(pending);
    if (turns.length === 0) {
      this.log(
        `nothing to renew on ${all.length} host(s)${flags['every-update'] ? '' : '; --every-update looks beyond security updates'}`,
      );
      return { hosts: [], upgrades };
    }
    this.showTurns(turns, ({ host }) => describeUpgrades(upgradesOf(host.name)));
    if (flags.plan) return { hosts: [], upgrades };
    await this.askBefore(fleet.context, `Patch ${turns.length} host(s) in production.`, flags.yes);
    const context = this.turnContext(fleet, flags.message);
    const options = { timeoutMs: flags.timeout * 1000, reboot: flags.reboot };
    const away = { catalog, awaySeconds: flags.timeout };
    const answer = await this.runTour(turns, context, away, (plan, telling) =>
      patchHost(telling, plan, upgradesOf(plan.assignment.host.name), options),
    );
    return { ...answer, upgrades };
  }
}
