import { describe, expect, it } from 'vitest';
import { onlyOne, selectJob } from '../../../../src/lib/operations/schedule/placed-jobs.ts';
import { placedJob } from '../../desired/units/job-fixture.ts';

const JOBS = [
  placedJob('cleanup_temp_files', 'collage', 'collage'),
  placedJob('cleanup_temp_files', 'photo-downloader', 'photo-downloader'),
  placedJob('retry_failed', 'collage', 'collage'),
];
const hosts = (jobs: typeof JOBS) => jobs.map(({ host }) => host.name);

describe('selectJob', () => {
  it('finds a job wherever it is, or on one host', () => {
    expect(hosts(selectJob(JOBS, 'cleanup_temp_files'))).toEqual(['collage', 'photo-downloader']);
    expect(hosts(selectJob(JOBS, 'cleanup_temp_files', 'collage'))).toEqual(['collage']);
  });

  it('takes hyphens for underscores', () => {
    expect(hosts(selectJob(JOBS, 'retry-failed'))).toEqual(['collage']);
  });

  it('asks whether a near name was meant', () => {
    expect(() => selectJob(JOBS, 'retry_faild')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_JOB', hint: 'did you mean retry_failed?' }),
    );
  });

  it('says where a job is that the host does not have', () => {
    expect(() => selectJob(JOBS, 'cleanup_temp_files', 'scraper')).toThrow(
      expect.objectContaining({ code: 'JOB_NOT_THERE', hint: 'it is one of collage, photo-downloader' }),
    );
  });
});

describe('onlyOne', () => {
  it('wants a host where several have the job', () => {
    expect(onlyOne(JOBS.slice(2))).toBe(JOBS[2]);
    expect(() => onlyOne(JOBS.slice(0, 2))).toThrow(
      expect.objectContaining({ code: 'JOB_ON_SEVERAL_HOSTS', hint: 'say on which: --host collage' }),
    );
  });
});
