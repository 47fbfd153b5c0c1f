import { describe, expect, it } from 'vitest';
import {
  jobStateScript,
  parseJobStates,
  parsePause,
} from '../../../../src/lib/operations/schedule/job-state.ts';
import { syntaxErrors } from '../../common/shell/bash.ts';
import { placedJob, RUN } from '../../desired/units/job-fixture.ts';

const JOBS = [placedJob('poll'), placedJob('sync_all')];
const ANSWER = `timers [{"next":1795278000500000,"left":1,"last":0,"passed":0,"unit":"unde-job-scraper-poll.timer","activates":"x"},{"next":0,"unit":"unde-job-scraper-sync-all.timer"}]
unit Id=unde-job-scraper-poll.service
unit LoadState=loaded
unit ActiveState=activating
unit 
unit Id=unde-job-scraper-sync-all.service
unit LoadState=loaded
unit ActiveState=inactive
run unde-job-scraper-poll ${JSON.stringify(RUN)}
running unde-job-scraper-poll 1795274900
paused unde-job-scraper-sync-all 1795270000\tkim@ops\tthe API says no: 503
end
`;

describe('the state of jobs', () => {
  it('is asked by a script that bash can read', () => {
    expect(syntaxErrors(jobStateScript(JOBS))).toBe('');
  });

  it('is read in the order of the jobs', () => {
    expect(parseJobStates(JOBS, ANSWER)).toEqual([
      { deployed: true, next: 1795278000.5, paused: null, runningSince: 1795274900, last: RUN },
      {
        deployed: true,
        next: null,
        paused: { since: 1795270000, by: 'kim@ops', reason: 'the API says no: 503' },
        runningSince: null,
        last: null,
      },
    ]);
  });

  it('does not take a run that has ended for one that goes on', () => {
    const answer = ANSWER.replace('ActiveState=activating', 'ActiveState=failed');
    expect(parseJobStates(JOBS, answer)?.[0]).toMatchObject({ runningSince: null });
  });

  it('knows a host that has no such job', () => {
    expect(parseJobStates([placedJob('new')], 'timers []\nend\n')).toEqual([
      { deployed: false, next: null, paused: null, runningSince: null, last: null },
    ]);
  });

  it('is unknown where the answer broke off', () => {
    expect(parseJobStates(JOBS, ANSWER.replace('end\n', ''))).toBeUndefined();
    expect(parseJobStates(JOBS, '')).toBeUndefined();
  });
});

describe('parsePause', () => {
  it('reads a marker that somebody made by hand', () => {
    expect(parsePause('')).toEqual({ since: 0, by: '', reason: '' });
  });
});
