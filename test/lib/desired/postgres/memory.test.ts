import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySettings, UNKNOWN_MEMORY } from '../../../../src/lib/desired/postgres/memory.ts';

const GB = 1024;

describe('the rule for memory', () => {
  it('gives a shard of 32 GB the figures of its description', () => {
    expect(memorySettings(32 * GB, 100)).toEqual({
      sharedBuffers: 8 * GB,
      effectiveCacheSize: 24 * GB,
      workMem: 40,
      maintenanceWorkMem: 2 * GB,
      walBuffers: 64,
    });
  });

  it('gives a machine that nobody has measured little', () => {
    expect(memorySettings(UNKNOWN_MEMORY, 100)).toEqual({
      sharedBuffers: 256,
      effectiveCacheSize: 768,
      workMem: 4,
      maintenanceWorkMem: 64,
      walBuffers: 4,
    });
  });

  it('gives sorts their part in steps of 4 MB', () => {
    expect(memorySettings(64 * GB, 100)).toMatchObject({ sharedBuffers: 16 * GB, workMem: 80 });
  });

  it('stops where more does no good', () => {
    expect(memorySettings(256 * GB, 100)).toMatchObject({
      sharedBuffers: 16 * GB,
      maintenanceWorkMem: 2 * GB,
      walBuffers: 64,
    });
  });

  it('never promises more than there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 1 << 20 }), (memory) => {
        const { sharedBuffers, workMem, maintenanceWorkMem, walBuffers } = memorySettings(memory, 100);
        expect(sharedBuffers + maintenanceWorkMem + walBuffers).toBeLessThan(memory / 2);
        // Each value is a whole number of MB, which is what PostgreSQL takes.
        for (const value of [sharedBuffers, workMem, maintenanceWorkMem, walBuffers]) {
          expect(Number.isSafeInteger(value) && value > 0).toBe(true);
        }
      }),
    );
  });
});
