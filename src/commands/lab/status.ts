import chalk from 'chalk';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { formatOffset } from '../../lib/lab/clock/offset.ts';
import { enterLab } from '../../lib/lab/enter.ts';
import { inspectLab, type LabStatus as Status } from '../../lib/lab/status.ts';

/** How long a machine may take to answer, in milliseconds. */
const ANSWER_MS = 3000;

export default class LabStatus extends BaseCommand {
  static override summary = "Show a lab's machines, what is cut, and whose clock was moved.";
  static override description = 'Ends with exit code 10 when a machine that is not cut off does not answer.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...labNameFlag };

  async run(): Promise<Status> {
    const { flags } = await this.parse(LabStatus);
    const name = labNameOf(flags);
    enterLab(name);
    const status = await inspectLab(name, ANSWER_MS);
    const wide = Math.max(...status.machines.map((machine) => machine.name.length));
    for (const machine of status.machines) {
      const mark = machine.cut ? chalk.yellow('cut ') : machine.up ? chalk.green('up  ') : chalk.red('down');
      const clock = machine.clockOffset === 0 ? '' : `clock ${formatOffset(machine.clockOffset)}`;
      const notes = [machine.role === 'fleet' ? '' : machine.role, machine.bare ? 'bare' : '', clock].filter(
        Boolean,
      );
      this.log(
        `${mark}  ${machine.name.padEnd(wide)}  ${machine.site.padEnd(8)}  ${machine.address.padEnd(15)}  ${notes.join(', ')}`.trimEnd(),
      );
    }
    const delay = status.wanDelayMs === 0 ? 'no delay' : `${status.wanDelayMs} ms round trip`;
    this.log(`WAN: ${status.wanCut ? chalk.yellow('cut') : delay}`);
    this.endWith({ unhealthy: status.machines.some((machine) => !machine.up && !machine.cut) });
    return status;
  }
}
