import { describe, expect, it } from 'vitest';
import { recognitionWork } from '../../../src/services/recognition/work.ts';
import { parts, run } from './fixture.ts';

describe('recognitionWork', () => {
  it('tells the queue, and the p95 where a request has ended, each against what its alert is at', () => {
    const queue = { name: 'queue', value: 2, unit: 'requests', target: 50 };
    expect(recognitionWork(2, undefined)).toEqual([queue]);
    expect(recognitionWork(2, 4100)).toEqual([
      queue,
      { name: 'p95 of 5 min', value: 4100, unit: 'ms', target: 10_000 },
    ]);
  });

  it('counts the requests that the pipeline ended', async () => {
    const { durations } = parts();
    const { ms } = await run({ durations });
    expect(durations.percentile(95)).toBeLessThanOrEqual(ms);
  });
});
