import { describe, expect, it } from 'vitest';
import { RunAnswer } from '../../../../src/lib/operations/schedule/run-answer.ts';
import { RUN } from '../../desired/units/job-fixture.ts';

function read(...said: readonly string[]) {
  const lines: string[] = [];
  const answer = new RunAnswer((line) => lines.push(line));
  for (const line of said) answer.take(line);
  return { lines, absent: answer.absent, result: answer.result };
}

describe('the answer of a host that starts a job', () => {
  it('brings its output by lines', () => {
    const ended = `ended ${JSON.stringify(RUN)}`;
    expect(read('started ab12', '| it begins', '| ', '| ended of it', ended)).toEqual({
      lines: ['it begins', '', 'ended of it'],
      absent: false,
      result: { state: 'ended', run: RUN },
    });
  });

  it('says who started what is running already', () => {
    expect(read('running 1795274852 kim@ops').result).toEqual({
      state: 'running',
      since: 1_795_274_852,
      by: 'kim@ops',
    });
  });

  it.each<[string[], unknown]>([
    [['started ab12'], { state: 'started' }],
    [['queued'], { state: 'queued' }],
    [['started ab12', 'ended '], { state: 'ended', run: null }],
    [[], undefined],
  ])('reads %j', (lines, result) => {
    expect(read(...lines).result).toEqual(result);
  });

  it('knows a host without the job', () => {
    expect(read('absent')).toMatchObject({ absent: true, result: undefined });
  });
});
