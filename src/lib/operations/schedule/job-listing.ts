import chalk from 'chalk';
import { renderTable } from '../../common/text/table.ts';
import { formatAge, formatTime } from '../../common/text/time.ts';
import { describeResult, type JobRun } from './job-run.ts';
import type { JobState } from './job-state.ts';

/** A job on a host and what it is doing, as `unde schedule list` shows it. */
export interface ListedJob extends JobState {
  readonly job: string;
  readonly service: string;
  readonly host: string;
  readonly does: string;
}

/** How the listing is written. */
export interface ListingOptions {
  readonly timeZone: string;
  /** Seconds since the epoch, for ages. */
  readonly now: number;
  readonly width?: number | undefined;
}

/** The jobs in the order of their next runs; those that nothing will start come last. */
export function inRunningOrder(jobs: readonly ListedJob[]): ListedJob[] {
  const due = ({ next }: ListedJob) => next ?? Number.POSITIVE_INFINITY;
  const name = ({ job, host }: ListedJob) => `${job} ${host}`;
  return jobs.toSorted((a, b) => due(a) - due(b) || (name(a) < name(b) ? -1 : 1));
}

/** Renders jobs as a table; every time is in the fleet's time zone. */
export function renderJobs(jobs: readonly ListedJob[], options: ListingOptions): string {
  const { timeZone, width } = options;
  return renderTable(
    [
      { header: 'job' },
      { header: 'host' },
      { header: `next (${timeZone})`, shrink: true },
      { header: `last (${timeZone})` },
      { header: 'result' },
      { header: 's', align: 'right' },
      { header: 'what it does', shrink: true },
    ],
    jobs.map((job) => [
      job.job,
      job.host,
      nextCell(job, options),
      job.last === null ? '' : formatTime(job.last.started, timeZone),
      resultCell(job.last),
      job.last === null ? '' : secondsCell(job.last),
      job.does,
    ]),
    width === undefined ? {} : { width },
  );
}

/** Renders the runs of a job, newest first. */
export function renderRuns(
  runs: readonly (JobRun & { readonly host: string })[],
  { timeZone, width }: Omit<ListingOptions, 'now'>,
): string {
  return renderTable(
    [
      { header: `started (${timeZone})` },
      { header: 'host' },
      { header: 'result' },
      { header: 's', align: 'right' },
      { header: 'by' },
      { header: 'invocation' },
    ],
    runs.map((run) => [
      formatTime(run.started, timeZone),
      run.host,
      resultCell(run),
      secondsCell(run),
      run.by,
      run.invocation,
    ]),
    width === undefined ? {} : { width },
  );
}

function nextCell(job: ListedJob, { timeZone, now }: ListingOptions): string {
  if (!job.deployed) return chalk.dim('not deployed');
  const running = job.runningSince === null ? '' : `runs for ${formatAge(now - job.runningSince)}`;
  if (job.paused !== null) {
    const { since, by, reason } = job.paused;
    const pause = chalk.yellow(`paused ${formatAge(now - since)} ago by ${by}: ${reason}`);
    return running === '' ? pause : `${running}; ${pause}`;
  }
  if (running !== '') return chalk.cyan(running);
  return job.next === null ? chalk.red('its timer is stopped') : formatTime(job.next, timeZone);
}

function resultCell(run: JobRun | null): string {
  if (run === null) return chalk.dim('never ran');
  return run.result === 'success' ? chalk.green('ok') : chalk.red(describeResult(run));
}

/** A run whose end nobody saw has no length. */
function secondsCell(run: JobRun): string {
  return run.result === 'cut-off' ? '' : run.seconds.toFixed(1);
}
