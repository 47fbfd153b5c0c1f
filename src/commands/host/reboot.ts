import { Flags } from '@oclif/core';
import {
  hostsArgument,
  MaintenanceCommand,
  oneByOneFlags,
  type MaintenanceAnswer,
} from '../../lib/cli/maintenance-command.ts';
import { wantsReboot } from '../../lib/operations/host/vitals/attention.ts';
import { rebootHost } from '../../lib/operations/host/reboot.ts';
import { catalog } from '../../registry.ts';

export default class HostReboot extends MaintenanceCommand {
  static override changes = true;
  static override summary = 'Restart hosts, one at a time, and wait for everything that was well.';
  static override description =
    'The order is the one that quorums and replicas allow: never two members of a quorum, a replica before its primary, ways to other hosts late, monitoring last. Before its turn a host’s peers must be well; it then ends its jobs, stops our services, restarts, must come back as itself, and everything that was well before must be well again. The first that is not ends the command, and what is left is listed.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> host:embedder --context lab',
    '<%= config.bin %> <%= command.id %> @helsinki --needed -m "new kernel" --context production',
  ];
  static override args = hostsArgument;
  static override flags = {
    ...oneByOneFlags,
    needed: Flags.boolean({ description: 'only those that wait for a restart, as `unde host list` shows' }),
  };

  async run(): Promise<MaintenanceAnswer> {
    const { args, flags } = await this.parse(HostReboot);
    const fleet = await this.openFleet(flags);
    const all = await this.turnsOf(fleet, args.selector, catalog, flags['skip-unreachable']);
    const turns = flags.needed ? all.filter(({ vitals }) => wantsReboot(vitals)) : all;
    if (turns.length === 0) {
      this.log('none of them waits for a restart');
      return { hosts: [] };
    }
    this.showTurns(turns, () => 'restart');
    await this.askBefore(fleet.context, `Restart ${turns.length} host(s) in production.`, flags.yes);
    const context = this.turnContext(fleet, flags.message);
    const away = { catalog, awaySeconds: flags.timeout };
    return this.runTour(turns, context, away, (plan, telling) =>
      rebootHost(telling, plan, { timeoutMs: flags.timeout * 1000 }),
    );
  }
}
