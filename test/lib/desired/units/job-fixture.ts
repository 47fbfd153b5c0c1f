import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import type { ListedJob } from '../../../../src/lib/operations/schedule/job-listing.ts';
import type { PlacedJob } from '../../../../src/lib/operations/schedule/placed-jobs.ts';

/** A job on a host of that name. */
export function placedJob(name: string, host = 'scraper', service = 'scraper'): PlacedJob {
  return {
    host: { name: host } as Host,
    service,
    job: { name, does: `does ${name}`, calendar: 'hourly', command: '/bin/true', timeoutSeconds: 60 },
  };
}

/** A run that ended well. */
export const RUN = {
  started: 1_795_274_852,
  seconds: 1.25,
  result: 'success',
  status: '0',
  by: 'timer',
  invocation: 'ab12',
};

/** A job that waits for its next time. */
export function listedJob(parts: Partial<ListedJob> = {}): ListedJob {
  return {
    job: 'availability_poll',
    service: 'scraper',
    host: 'scraper',
    does: 'Mobile API to staging',
    deployed: true,
    next: 1_795_278_000,
    paused: null,
    runningSince: null,
    last: RUN,
    ...parts,
  };
}
