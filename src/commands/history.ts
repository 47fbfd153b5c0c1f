import chalk from 'chalk';
import { fleetOptions, linesFlag, optionalSelectorArgument } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { terminalWidth } from '../lib/common/text/table.ts';
import { fleetHistory, type FleetHistory } from '../lib/operations/history/history.ts';
import { renderHistory } from '../lib/operations/history/render.ts';
import { catalog } from '../registry.ts';

export default class History extends FleetCommand {
  static override summary = "Show who changed what, when and with which result, from the hosts' own ledgers.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> embedder --context lab',
    '<%= config.bin %> <%= command.id %> @local -n 50 --json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    ...linesFlag('entries to show'),
  };

  async run(): Promise<FleetHistory> {
    const { args, flags } = await this.parse(History);
    const fleet = await this.openFleet(flags);
    const { entries, unreachable } = await fleetHistory(fleet, args.selector, catalog, flags.lines);
    this.log(renderHistory(entries, { timeZone: fleet.inventory.timeZone, width: terminalWidth() }));
    for (const host of unreachable) this.log(chalk.red(`${host} could not be asked`));
    this.endWith({ unreachable: unreachable.length > 0 });
    return { entries, unreachable };
  }
}
