import chalk from 'chalk';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FlagsCommand, type FlagLook } from '../../lib/cli/flags-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { renderFlags } from '../../lib/operations/flags/render.ts';

export default class FlagsList extends FlagsCommand {
  static override summary = 'List all flags: value, default, who changed them when, and where hosts differ.';
  static override description =
    'Exit code 5: a host could not be asked. What each process runs is told by `unde flags status`.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...fleetOptions };

  async run(): Promise<FlagLook> {
    const { flags } = await this.parse(FlagsList);
    const opened = await this.openFlags(flags);
    const look = await this.look(opened, { probe: false });
    const now = Date.now() / 1000;
    this.log(renderFlags(look.flags, now, { width: terminalWidth() }));
    for (const { host, service, behind } of look.places) {
      if (behind !== null) {
        this.log(
          chalk.red(`✘ ${service} on ${host} was left behind: ${behind}; mend it with: unde flags mend`),
        );
      }
    }
    this.tellMissed(look);
    return look;
  }
}
