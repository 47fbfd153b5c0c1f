import { describe, expect, it } from 'vitest';
import { describeResult, parseRun } from '../../../../src/lib/operations/schedule/job-run.ts';

describe('parseRun', () => {
  it('reads a line as the host wrote it', () => {
    const line =
      '{"started":1795274852,"seconds":0.18,"result":"exit-code","status":"3","by":"timer","invocation":"ab12"}';
    expect(parseRun(line)).toEqual({
      started: 1795274852,
      seconds: 0.18,
      result: 'exit-code',
      status: '3',
      by: 'timer',
      invocation: 'ab12',
    });
  });

  it.each(['', '{"started":17952748', '{"result":"success"}', 'null'])('passes over %j', (line) => {
    expect(parseRun(line)).toBeUndefined();
  });
});

describe('describeResult', () => {
  it.each([
    ['success', '0', 'ok'],
    ['exit-code', '3', 'exit 3'],
    ['signal', 'KILL', 'signal KILL'],
    ['timeout', 'TERM', 'timeout'],
    ['cut-off', '', 'cut off'],
  ])('says of %s %s: %s', (result, status, text) => {
    expect(describeResult({ result, status })).toBe(text);
  });
});
