import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { JobCommand } from '../../lib/cli/job-command.ts';
import { formatTime } from '../../lib/common/text/time.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { describeResult } from '../../lib/operations/schedule/job-run.ts';
import { onlyOne, selectJob, type PlacedJob } from '../../lib/operations/schedule/placed-jobs.ts';
import type { StartedJob } from '../../lib/operations/schedule/run-answer.ts';
import { startJob } from '../../lib/operations/schedule/start-job.ts';

export default class ScheduleRun extends JobCommand {
  static override changes = true;
  static override summary = 'Start a scheduled job now, beside its schedule.';
  static override description =
    'A job never runs twice at a time: one that is under way is not started again. With --wait its output is shown, and the exit code is 0 only when it ended well. A paused job can be run, too.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> cleanup_old_data --wait --context lab',
    '<%= config.bin %> <%= command.id %> cleanup_temp_files --host collage',
  ];
  static override args = { job: Args.string({ required: true, description: 'as `schedule list` names it' }) };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    wait: Flags.boolean({ char: 'w', description: 'show its output, and wait until it has ended' }),
    host: Flags.string({ description: 'on this host, where several have it' }),
  };

  async run(): Promise<{ job: string; host: string } & StartedJob> {
    const { args, flags } = await this.parse(ScheduleRun);
    const { fleet, jobs } = await this.openJobs(flags);
    const placed = onlyOne(selectJob(jobs, args.job, flags.host));
    await this.askBeforeJob(fleet, 'Run', [placed], flags.yes);
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    const started = await startJob(fleet, placed, {
      by: operatorName(),
      wait: flags.wait,
      signal: interrupt.signal,
      onLine: (line) => this.log(line),
    });
    this.#tell(placed, started, fleet.inventory.timeZone);
    this.endWith({ interrupted: interrupt.signal.aborted });
    return { job: placed.job.name, host: placed.host.name, ...started };
  }

  #tell({ job, host }: PlacedJob, started: StartedJob, timeZone: string): void {
    const what = `${job.name} on ${host.name}`;
    switch (started.state) {
      case 'running':
        throw new UndeError({
          code: 'JOB_RUNNING',
          message: `${what} is running since ${formatTime(started.since, timeZone)} ${timeZone}, started by ${started.by}`,
          exit: 'refused',
          where: { host: host.name },
          hint: 'it never runs twice at a time; unde schedule list shows when it has ended',
        });
      case 'ended': {
        const { run } = started;
        const ok = run?.result === 'success';
        const ending = run === null ? 'its host did not write down how it ended' : describeResult(run);
        const seconds = run === null ? '' : ` after ${run.seconds.toFixed(1)} s`;
        this.log(`${ok ? chalk.green('✔') : chalk.red('✘')} ${what}: ${ending}${seconds}`);
        this.endWith({ failed: !ok });
        break;
      }
      case 'queued':
        this.log(`${what} is queued: systemd waits for what it needs`);
        break;
      default:
        this.log(`${chalk.green('✔')} ${what} runs`);
        this.log(`  ${chalk.dim('next')}  unde schedule history ${job.name} --host ${host.name}`);
    }
  }
}
