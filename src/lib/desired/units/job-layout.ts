import { STATE } from '../../common/layout/layout.ts';

/** What the jobs did: `<base>.jsonl`, one line a run, oldest first; `<base>.running` while one runs. */
export const RUNS = `${STATE}/jobs`;

/** Who starts a job by hand, for the line that it will write: `<base>.by`. */
export const STARTED_BY = '/run/unde/jobs';

/** The script by which the units of a service's jobs record what they do. */
export function recorder(service: string): string {
  return `/usr/local/lib/unde/job-record-${service}`;
}

/** How many runs a host remembers of each job, at least. */
export const KEPT_RUNS = 500;
