import { defineConfig } from 'vitest/config';

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
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          // Lab tests boot machines; one file at a time on two cores.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
