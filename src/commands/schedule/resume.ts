import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { JobCommand } from '../../lib/cli/job-command.ts';
import { resumeJob, type JobChange } from '../../lib/operations/schedule/pause-resume.ts';
import { selectJob } from '../../lib/operations/schedule/placed-jobs.ts';

export default class ScheduleResume extends JobCommand {
  static override changes = true;
  static override summary = "Let a paused job's timer start it again.";
  static override description =
    'A run that was missed meanwhile is made up at once, one however many were; with --skip-missed it is passed over.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> process_collages --context lab',
    '<%= config.bin %> <%= command.id %> apify_zara --skip-missed',
  ];
  static override args = { job: Args.string({ required: true, description: 'as `schedule list` names it' }) };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    host: Flags.string({ description: 'on this host only; else wherever it is' }),
    'skip-missed': Flags.boolean({ description: 'do not make up a run that was missed' }),
  };

  async run(): Promise<{ jobs: JobChange[] }> {
    const { args, flags } = await this.parse(ScheduleResume);
    const { fleet, jobs } = await this.openJobs(flags);
    const placed = selectJob(jobs, args.job, flags.host);
    await this.askBeforeJob(fleet, 'Resume', placed, flags.yes);
    const changes: JobChange[] = [];
    for (const each of placed) {
      const change = await resumeJob(fleet, each, operatorName(), flags['skip-missed']);
      changes.push(change);
      const { job, host, changed, before } = change;
      this.log(
        changed
          ? `${chalk.green('✔')} ${job} on ${host} runs by its timer again (${before?.by} had paused it: ${before?.reason})`
          : `${job} on ${host} was not paused`,
      );
    }
    return { jobs: changes };
  }
}
