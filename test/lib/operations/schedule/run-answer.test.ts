import { describe, expect, it } from 'vitest';
import { RunAnswer } from '../../../../src/lib/operations/schedule/run-answer.ts';
import { RUN } from '../../desired/units/job-fixture.ts';

function read(...chunks: readonly string[]) {
  const lines: string[] = [];
  const answer = new RunAnswer((line) => lines.push(line));
  for (const chunk of chunks) answer.read(chunk);
  return { lines, absent: answer.absent, result: answer.result };
}

describe('the answer of a host that starts a job', () => {
  it('brings its output by lines, however the pieces were cut', () => {
    const ended = `ended ${JSON.stringify(RUN)}\n`;
    expect(read('started ab12\n| it be', 'gins\n| \n| ended of it\n', ended)).toEqual({
      lines: ['it begins', '', 'ended of it'],
      absent: false,
      result: { state: 'ended', run: RUN },
    });
  });

  it('says who started what is running already', () => {
    expect(read('running 1795274852 kim@ops\n').result).toEqual({
      state: 'running',
      since: 1_795_274_852,
      by: 'kim@ops',
    });
  });

  it.each<[string, unknown]>([
    ['started ab12\n', { state: 'started' }],
    ['queued\n', { state: 'queued' }],
    ['started ab12\nended \n', { state: 'ended', run: null }],
    ['', undefined],
  ])('reads %j', (text, result) => {
    expect(read(text).result).toEqual(result);
  });

  it('knows a host without the job', () => {
    expect(read('absent\n')).toMatchObject({ absent: true, result: undefined });
  });
});
