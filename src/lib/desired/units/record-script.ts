import { PAUSED, TEXTFILES } from '../../common/layout/layout.ts';
import { shellProgram } from '../../common/shell/script.ts';
import type { JobSpec } from '../../manifest/job.ts';
import { KEPT_RUNS, RUNS, STARTED_BY } from './job-layout.ts';
import { jobBase } from './job-name.ts';

/** How much later than planned a run may end before it counts as missed, besides its timeout, in seconds. */
const SLACK_SECONDS = 60;

/**
 * Renders the script by which the units of a service's jobs record what they do; a pure function.
 *
 *     started JOB   before a run
 *     ended JOB     after it, however it ended, with systemd's $SERVICE_RESULT
 *     due JOB       whenever the job's timer starts, and when it is paused
 *
 * It writes one line a run to {@link RUNS}, and metrics for node-exporter, each file replaced at once. A run that a
 * crash or a power cut ended is found by what it left behind, and recorded as `cut-off`.
 */
export function renderRecorder(service: string, jobs: readonly JobSpec[], timeZone: string): string {
  const byJob = (value: (job: JobSpec) => string | number) =>
    new Map(jobs.map((job) => [job.name, value(job)]));
  return shellProgram(
    [`Records what the scheduled jobs of ${service} do: job-record-${service} started|ended|due JOB`],
    {
      service,
      base: byJob((job) => jobBase(service, job)),
      allowed: byJob((job) => job.timeoutSeconds + (job.jitterSeconds ?? 0) + SLACK_SECONDS),
      calendar: byJob((job) => `${job.calendar} ${timeZone}`),
      kept_runs: KEPT_RUNS,
      runs_folder: RUNS,
      started_by: STARTED_BY,
      paused: PAUSED,
      textfiles: TEXTFILES,
    },
    'lib/desired/units/record-script.sh',
  );
}
