import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { WorkReport } from '../../../../src/contracts/work.ts';
import { renderWork } from '../../../../src/lib/operations/status/render-work.ts';

const text = (work: WorkReport) => stripVTControlCharacters(renderWork(work));

describe('renderWork', () => {
  it('says how much there is, and what it should not exceed', () => {
    expect(text({ name: 'queue', value: 3, unit: 'requests' })).toBe('queue 3 requests');
    expect(text({ name: 'p95 of 5 min', value: 412.4, unit: 'ms', target: 10_000 })).toBe(
      'p95 of 5 min 412 ms of 10.0 s',
    );
    expect(text({ name: 'queue', value: 51, unit: 'requests', target: 50 })).toBe(
      'queue 51 requests over 50',
    );
  });

  it('says how far work has come that has an end', () => {
    expect(
      text({ name: 'run new', value: 1234, of: 4000, unit: 'photos', rate: 9.44, eta_seconds: 290 }),
    ).toBe('run new 1234 of 4000 photos (30 %) 9.4/s 4m left');
    expect(text({ name: 'run all', value: 0, of: 0, unit: 'photos', note: 'paused' })).toBe(
      'run all 0 of 0 photos (100 %) paused',
    );
  });
});
