import { describe, expect, it } from 'vitest';
import { batchSizes } from '../../../src/services/embed-batch/runner.ts';

describe('batchSizes', () => {
  it.each([2, 3, 4, 5, 10, 24, 25, 50, 500, 5000])('risks no more than a batch of %i', (batch) => {
    const { inFlight, write } = batchSizes(batch, 24);
    // What is being written, what waits for that, and what is on its way beside the last one gathered.
    expect(2 * write + inFlight - 1).toBeLessThanOrEqual(batch);
    expect(inFlight).toBeGreaterThanOrEqual(1);
    expect(inFlight).toBeLessThanOrEqual(24);
    expect(write).toBeGreaterThanOrEqual(1);
  });

  it('uses what a batch allows', () => {
    expect(batchSizes(500, 24)).toEqual({ inFlight: 24, write: 238 });
    expect(batchSizes(1, 24)).toEqual({ inFlight: 1, write: 1 });
  });
});
