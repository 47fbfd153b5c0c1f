import chalk from 'chalk';
import { fleetOptions, optionalSelectorArgument } from '../../lib/cli/common-flags.ts';
import { JobCommand } from '../../lib/cli/job-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { renderJobs, type ListedJob } from '../../lib/operations/schedule/job-listing.ts';
import { isWrong, listJobs } from '../../lib/operations/schedule/list-jobs.ts';

export default class ScheduleList extends JobCommand {
  static override summary =
    'Show every scheduled job: when it runs next, when it ran last, and how that ended.';
  static override description =
    'Times are in the time zone of the inventory, which the schedules run in. Jobs of services that are not built yet do not appear. Exit code 10: a job failed, or its timer is stopped though nobody paused it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> @helsinki --json',
  ];
  static override args = optionalSelectorArgument('placements');
  static override flags = fleetOptions;

  async run(): Promise<{ timeZone: string; jobs: ListedJob[]; unreachable: string[] }> {
    const { args, flags } = await this.parse(ScheduleList);
    const { fleet, jobs: placed } = await this.openJobs(flags, args.selector);
    const { timeZone } = fleet.inventory;
    const { jobs, unreachable } = await listJobs(fleet, placed);
    if (placed.length === 0) this.log('no service of the selection that is built has scheduled jobs');
    else this.log(renderJobs(jobs, { timeZone, now: Date.now() / 1000, width: terminalWidth() }));
    for (const host of unreachable) this.log(chalk.red(`${host} could not be asked`));
    this.endWith({ unreachable: unreachable.length > 0, unhealthy: jobs.some(isWrong) });
    return { timeZone, jobs, unreachable };
  }
}
