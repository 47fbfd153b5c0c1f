import { of, target, type AlertCase } from './alert-case.ts';

const collage = target('collage', 'node-exporter', 9100);
const retry = { service: 'collage', job: 'retry_failed' };
const removed = { service: 'collage', job: 'removed' };
const declared = { [of('unde_job_declared', collage, retry)]: '1' };
const about = {
  labels: { host: 'collage', site: 'helsinki', instance: 'collage:9100', job: 'retry_failed' },
  service: 'collage',
};

export const cases: Readonly<Record<string, AlertCase>> = {
  JobFailed: {
    // What a job left behind that is no longer there says nothing.
    silent: {
      ...declared,
      [of('unde_job_last_result', collage, retry)]: '1',
      [of('unde_job_last_result', collage, removed)]: '0',
    },
    firing: { ...declared, [of('unde_job_last_result', collage, retry)]: '0' },
    says: 'The job retry_failed of collage failed on collage.',
    ...about,
  },
  JobMissed: {
    // promtool's time begins at 0: the deadline is an hour away, or was a minute after the beginning.
    silent: {
      ...declared,
      [of('unde_job_deadline_timestamp_seconds', collage, retry)]: '3600',
      [of('unde_job_deadline_timestamp_seconds', collage, removed)]: '60',
    },
    firing: { ...declared, [of('unde_job_deadline_timestamp_seconds', collage, retry)]: '60' },
    says: 'The job retry_failed of collage should have run on collage, and has not.',
    ...about,
  },
};
