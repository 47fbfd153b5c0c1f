import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions, messageFlag, requireReason } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { JobCommand } from '../../lib/cli/job-command.ts';
import { pauseJob, type JobChange } from '../../lib/operations/schedule/pause-resume.ts';
import { selectJob } from '../../lib/operations/schedule/placed-jobs.ts';

export default class SchedulePause extends JobCommand {
  static override changes = true;
  static override summary = 'Keep a scheduled job from being started by its timer.';
  static override description =
    'The pause stays until `resume`, over deploys and boots. A run that is under way goes on; to pause a job again changes the reason.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> process_collages -m "S3 refuses our writes" --context lab',
    '<%= config.bin %> <%= command.id %> cleanup_temp_files --host collage -m "looking at the files"',
  ];
  static override args = { job: Args.string({ required: true, description: 'as `schedule list` names it' }) };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    ...messageFlag('everybody sees it', { required: true }),
    host: Flags.string({ description: 'on this host only; else wherever it is' }),
  };

  async run(): Promise<{ jobs: JobChange[] }> {
    const { args, flags } = await this.parse(SchedulePause);
    const reason = requireReason(flags, 'a pause');
    const { fleet, jobs } = await this.openJobs(flags);
    const placed = selectJob(jobs, args.job, flags.host);
    await this.askBeforeJob(fleet, 'Pause', placed, flags.yes);
    const changes: JobChange[] = [];
    for (const each of placed) {
      const change = await pauseJob(fleet, each, operatorName(), reason);
      changes.push(change);
      const again =
        change.before === null ? '' : ` (it was, by ${change.before.by}: ${change.before.reason})`;
      this.log(`${chalk.green('✔')} ${change.job} on ${change.host} is paused${again}`);
    }
    this.log(`  ${chalk.dim('undo')}  unde schedule resume ${placed[0]?.job.name}`);
    return { jobs: changes };
  }
}
