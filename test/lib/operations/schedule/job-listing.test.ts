import { describe, expect, it } from 'vitest';
import {
  inRunningOrder,
  renderJobs,
  renderRuns,
} from '../../../../src/lib/operations/schedule/job-listing.ts';
import { isWrong } from '../../../../src/lib/operations/schedule/list-jobs.ts';
import { listedJob, RUN } from '../../desired/units/job-fixture.ts';

const PAUSE = { since: 1_795_275_000, by: 'kim@ops', reason: 'S3 says no' };
const render = (parts: Parameters<typeof listedJob>[0], timeZone = 'UTC') =>
  renderJobs([listedJob(parts)], { timeZone, now: 1_795_275_060 })
    .split('\n')
    .at(-1);

describe('renderJobs', () => {
  it('shows when a job runs next, and how it ended last', () => {
    expect(render({})).toBe(
      'availability_poll  scraper  2026-11-21 16:20:00  2026-11-21 15:27:32  ok      1.3  Mobile API to staging',
    );
  });

  it('shows every time in the time zone that it names', () => {
    const text = renderJobs([listedJob()], { timeZone: 'Europe/Helsinki', now: 0 });
    expect(text).toContain('NEXT (EUROPE/HELSINKI)');
    expect(text).toContain('2026-11-21 18:20:00');
    expect(text).toContain('2026-11-21 17:27:32');
  });

  it.each<[string, Parameters<typeof listedJob>[0], string]>([
    ['is paused', { paused: PAUSE, next: null }, 'paused 1m ago by kim@ops: S3 says no'],
    ['runs', { runningSince: 1_795_275_000 }, 'runs for 1m'],
    ['runs though paused', { runningSince: 1_795_275_058, paused: PAUSE }, 'runs for 2s; paused 1m ago'],
    ['nothing will start', { next: null }, 'its timer is stopped'],
    ['is not there', { deployed: false, next: null, last: null }, 'not deployed'],
    ['never ran', { last: null }, 'never ran'],
    ['failed', { last: { ...RUN, result: 'exit-code', status: '3' } }, 'exit 3'],
    ['the host went down under', { last: { ...RUN, result: 'cut-off' } }, 'cut off'],
  ])('says of a job that %s', (_, parts, text) => {
    expect(render(parts)).toContain(text);
  });
});

describe('inRunningOrder', () => {
  it('puts what runs next first, and what nothing starts last', () => {
    const jobs = [
      listedJob({ job: 'c', next: null }),
      listedJob({ job: 'b', next: 9 }),
      listedJob({ job: 'a', next: 9 }),
    ];
    expect(inRunningOrder(jobs).map(({ job }) => job)).toEqual(['a', 'b', 'c']);
  });
});

describe('renderRuns', () => {
  it('names who started a run, and what the journal knows it by', () => {
    const text = renderRuns([{ ...RUN, host: 'scraper', by: 'kim@ops' }], { timeZone: 'UTC' });
    expect(text.split('\n').at(-1)).toBe('2026-11-21 15:27:32  scraper  ok      1.3  kim@ops  ab12');
  });
});

describe('isWrong', () => {
  it.each<[boolean, string, Parameters<typeof listedJob>[0]]>([
    [false, 'waits for its next time', {}],
    [true, 'failed', { last: { ...RUN, result: 'timeout' } }],
    [true, 'nothing will start', { next: null }],
    [false, 'is paused', { next: null, paused: PAUSE, last: { ...RUN, result: 'timeout' } }],
    [false, 'runs', { next: null, runningSince: 1 }],
    [false, 'is not deployed', { deployed: false, next: null, last: null }],
  ])('is %s of a job that %s', (wrong, _, parts) => {
    expect(isWrong(listedJob(parts))).toBe(wrong);
  });
});
