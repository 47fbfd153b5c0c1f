import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { fleetOptions, linesFlag } from '../../lib/cli/common-flags.ts';
import { JobCommand } from '../../lib/cli/job-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { askJobHosts } from '../../lib/operations/schedule/ask-jobs.ts';
import { historyScript, parseHistory } from '../../lib/operations/schedule/history-script.ts';
import { renderRuns } from '../../lib/operations/schedule/job-listing.ts';
import type { JobRun } from '../../lib/operations/schedule/job-run.ts';
import { selectJob } from '../../lib/operations/schedule/placed-jobs.ts';

export default class ScheduleHistory extends JobCommand {
  static override summary = 'Show the last runs of a scheduled job.';
  static override description =
    'Each host remembers 500 runs of each job at least. What a run wrote: `unde exec host:HOST -- journalctl _SYSTEMD_INVOCATION_ID=INVOCATION`.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> cleanup_old_data --context lab',
    '<%= config.bin %> <%= command.id %> process_collages -n 100 --json',
  ];
  static override args = { job: Args.string({ required: true, description: 'as `schedule list` names it' }) };
  static override flags = {
    ...fleetOptions,
    ...linesFlag('runs to show'),
    host: Flags.string({ description: 'on this host only; else wherever it is' }),
  };

  async run(): Promise<{ timeZone: string; runs: (JobRun & { host: string })[]; unreachable: string[] }> {
    const { args, flags } = await this.parse(ScheduleHistory);
    const { fleet, jobs } = await this.openJobs(flags);
    const { timeZone } = fleet.inventory;
    const placed = selectJob(jobs, args.job, flags.host);
    const { answers, failures } = await askJobHosts(fleet, placed, (own) =>
      own.map((each) => historyScript(each, flags.lines)).join('\n'),
    );
    const runs = [...answers]
      .flatMap(([host, answer]) => parseHistory(answer).map((run) => ({ ...run, host })))
      .sort((a, b) => b.started - a.started)
      .slice(0, flags.lines);
    this.log(
      runs.length === 0
        ? `${args.job} has never run`
        : renderRuns(runs, { timeZone, width: terminalWidth() }),
    );
    const unreachable = [...failures.keys()];
    for (const host of unreachable) this.log(chalk.red(`${host} could not be asked`));
    this.endWith({ unreachable: unreachable.length > 0 });
    return { timeZone, runs, unreachable };
  }
}
