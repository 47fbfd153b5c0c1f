import { describe, expect, it } from 'vitest';
import type { BatchRun } from '../../../src/contracts/embed-batch.ts';
import { batchWork } from '../../../src/services/embed-batch/work.ts';

const run: BatchRun = {
  id: '1',
  scope: 'all',
  state: 'running',
  total: 200,
  done: 90,
  failed: 0,
  rate: 9.5,
  eta_seconds: 12,
  started: '2026-03-01T10:00:00.000Z',
  ended: null,
  unreadable: [],
};

describe('batchWork', () => {
  it('tells nothing where no run is open', () => {
    expect(batchWork(null)).toEqual([]);
  });

  it('tells how far the run is', () => {
    expect(batchWork(run)).toEqual([
      { name: 'run all', value: 90, of: 200, unit: 'photos', rate: 9.5, eta_seconds: 12 },
    ]);
  });

  it('says that it is paused, and what could not be read', () => {
    const paused = { ...run, state: 'paused', failed: 3, scope: { brand: 'zara' } } as const;
    expect(batchWork(paused)).toEqual([
      { name: 'run brand zara', value: 93, of: 200, unit: 'photos', note: 'paused, 3 unreadable' },
    ]);
  });
});
