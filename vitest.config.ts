import { defineConfig } from 'vitest/config';

const LAB = {
  setupFiles: 'test/lab/run/processor-time.ts',
  // Every limit here is a deadline of something that is waited for, not a measure of speed.
  testTimeout: 300_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    // No test may ever reach the fleet: the code that opens connections refuses anything but the lab and loopback.
    // ONNX Runtime's own telemetry would be such a packet too.
    env: { UNDE_ONLY_LAB: '1', FORCE_COLOR: '0', ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    globalSetup: 'test/temporary-folder.ts',
    // A poll waits for a condition; on a busy machine that takes longer than vitest's one second.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**'],
          testTimeout: 20_000,
          // One packs the package, which takes its time beside others.
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          ...LAB,
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          exclude: ['test/lab/**/*.alone.test.ts'],
          // A lab test mostly waits, for gates and for machines that start: several files at a time keep two cores busy.
          maxWorkers: Number(process.env['UNDE_LAB_WORKERS'] ?? 4),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...LAB,
          // Those whose limits are seconds of the clock, and that nothing else may make slower.
          name: 'lab-alone',
          include: ['test/lab/**/*.alone.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
