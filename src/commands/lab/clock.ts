import { Args } from '@oclif/core';
import chalk from 'chalk';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { formatTime } from '../../lib/common/text/time.ts';
import { type LabClock as Clock, moveClock, readClock } from '../../lib/lab/clock/clock.ts';
import { formatOffset, parseOffset } from '../../lib/lab/clock/offset.ts';
import { explainReach } from '../../lib/lab/clock/reach-script.ts';

export default class LabClock extends BaseCommand {
  static override summary = 'Give the services of a lab host another wall clock, or look at it.';
  static override description = `Services, jobs and PostgreSQL of the host go by the time that is so far from this machine's; those that run are
restarted for it once. Says which units it does not reach. systemd's timers fire by this machine's clock: start jobs
with unde schedule run. Monotonic clocks, sshd, the journal and the times of files stay as they are.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> production-db +30d',
    '<%= config.bin %> <%= command.id %> production-db -2h30m',
    '<%= config.bin %> <%= command.id %> production-db',
    '<%= config.bin %> <%= command.id %> production-db reset',
  ];
  static override args = {
    host: Args.string({ required: true, description: 'a machine of the lab' }),
    offset: Args.string({
      description: 'how far from this machine’s clock: +30d, -2h30m; or reset; without it, only looks',
    }),
  };
  static override flags = { ...labNameFlag };

  async run(): Promise<Clock> {
    const { args, flags } = await this.parse(LabClock);
    const name = labNameOf(flags);
    const clock =
      args.offset === undefined
        ? await readClock(name, args.host)
        : await moveClock(name, args.host, parseOffset(args.offset));
    this.#show(clock);
    return clock;
  }

  #show({ host, offset, units, timers, restarted }: Clock): void {
    const now = `${formatTime(Date.now() / 1000 + offset, 'UTC')} UTC`;
    if (offset === 0) this.log(`${host}: ${now}, this machine's clock`);
    else this.log(`${host}: ${now}, ${formatOffset(offset)} from this machine's clock`);
    if (restarted.length > 0) this.log(`restarted: ${restarted.join(', ')}`);
    if (offset === 0) return;
    const rows = units.map((unit) => [
      unit.reached ? chalk.green('reached') : chalk.yellow('not reached'),
      unit.unit,
      unit.running ? 'runs' : 'waits',
      explainReach(unit),
    ]);
    const columns = [{ header: 'clock' }, { header: 'unit' }, { header: '' }, { header: '', shrink: true }];
    const width = terminalWidth();
    this.log(renderTable(columns, rows, width === undefined ? {} : { width }));
    this.log(
      `not reached: systemd itself, by whose clock ${timers} timers of ours fire; the journal; the times of files`,
    );
  }
}
