import { fleetOptions, optionalSelectorArgument, timeoutFlag } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { presentHosts } from '../../lib/fleet/present.ts';
import { collectVitals } from '../../lib/operations/host/vitals/collect.ts';
import { hostEntries, type MachineEntry } from '../../lib/operations/host/vitals/host-entry.ts';
import { MACHINE_COLUMNS, machineRow } from '../../lib/operations/host/vitals/host-table.ts';

export default class HostList extends FleetCommand {
  static override summary = 'List hosts as machines: system, kernel, pending updates and restarts.';
  static override description =
    'Asks every host once, and puts first what needs attention. What runs on them is for `unde status` to say. Updates are counted by the package lists that the host has; nothing is fetched. Exit code 5 when a host could not be asked.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> @helsinki --context lab --json',
  ];
  static override args = optionalSelectorArgument('hosts');
  static override flags = {
    ...fleetOptions,
    ...timeoutFlag('a host may take to answer', 20),
  };

  async run(): Promise<{ hosts: MachineEntry[] }> {
    const { args, flags } = await this.parse(HostList);
    const fleet = await this.openFleet(flags);
    const hosts = presentHosts(fleet, args.selector);
    const entries = hostEntries(await collectVitals(fleet, hosts, flags.timeout * 1000));
    const now = Date.now() / 1000;
    this.log(
      renderTable(
        MACHINE_COLUMNS,
        entries.map((entry) => machineRow(entry, now)),
        { width: terminalWidth() },
      ),
    );
    this.endWith({ unreachable: entries.some(({ error }) => error !== null) });
    return { hosts: entries };
  }
}
