import { Flags } from '@oclif/core';
import chalk from 'chalk';
import { fleetOptions, optionalSelectorArgument, timeoutFlag } from '../lib/cli/common-flags.ts';
import { FleetCommand } from '../lib/cli/fleet-command.ts';
import { terminalWidth } from '../lib/common/text/table.ts';
import { formatTime } from '../lib/common/text/time.ts';
import { selectHosts } from '../lib/inventory/selector.ts';
import { loudAlerts } from '../lib/operations/alerts/alert-count.ts';
import { statusExit } from '../lib/operations/status/exit.ts';
import { FleetWatch } from '../lib/operations/status/fleet-watch.ts';
import { showLive } from '../lib/operations/status/live.ts';
import { renderStatus } from '../lib/operations/status/render.ts';
import type { FleetStatus } from '../lib/operations/status/status.ts';
import { catalog } from '../registry.ts';

/** Columns where the output is no terminal that says how wide it is. */
const PIPE_WIDTH = 110;

export default class Status extends FleetCommand {
  static override summary = 'Show every host and service, what is wrong first.';
  static override description =
    'On a terminal it goes on, asking every host again and again, until q is pressed; with --once, --json or in a pipe it asks once. Exit code 0: nothing is wrong. 10: something is. 5: a host could not be asked, so nobody knows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> embedder --context lab --once',
    '<%= config.bin %> <%= command.id %> @helsinki --json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = {
    ...fleetOptions,
    once: Flags.boolean({ description: 'ask every host once, print, and end' }),
    ...timeoutFlag('a host may take to answer', 5),
    interval: Flags.integer({
      description: 'pause between two questions to a host, in seconds',
      default: 2,
      min: 1,
    }),
  };

  async run(): Promise<FleetStatus> {
    const { args, flags } = await this.parse(Status);
    const fleet = await this.openFleet(flags, { quiet: true });
    const watch = await FleetWatch.of(fleet, selectHosts(fleet.inventory, args.selector), catalog, {
      intervalMs: flags.interval * 1000,
      timeoutMs: flags.timeout * 1000,
    });
    const { timeZone } = fleet.inventory;
    const clock = ({ at }: FleetStatus) => `${formatTime(Date.parse(at) / 1000, timeZone)} ${timeZone}`;
    const live = !flags.once && !this.jsonEnabled() && process.stdout.isTTY && process.stdin.isTTY;
    if (live) {
      const end = await showLive(watch, { input: process.stdin, output: process.stdout, clock });
      this.endWith({ interrupted: end === 'interrupted' });
      return watch.status();
    }
    const whole = args.selector === 'all';
    const [once, alerts] = await Promise.all([
      watch.once(),
      whole ? loudAlerts(fleet, catalog, flags.timeout * 1000) : undefined,
    ]);
    const status: FleetStatus = { ...once, alerts };
    const width = terminalWidth() ?? PIPE_WIDTH;
    this.log(renderStatus(status, { width, clock: clock(status) }).join('\n'));
    if (alerts) this.log(chalk.red(`\n${alerts} alert${alerts === 1 ? ' fires' : 's fire'}: unde alerts`));
    this.endWith(statusExit(status));
    return status;
  }
}
