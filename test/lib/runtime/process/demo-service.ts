/** A small service for tests of what every service does; run as a process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startService } from '../../../../src/lib/runtime/process/start.ts';
import type { ServiceManifest } from '../../../../src/lib/manifest/manifest.ts';

const manifest: ServiceManifest = {
  kind: 'service',
  name: 'demo',
  purpose: 'is tested',
  port: 0,
  settings: [],
  metrics: [],
  health: { path: '/health', ready: '/ready', startSeconds: 5, stableSeconds: 1 },
  limits: { stopSeconds: Number(process.env['DEMO_STOP_SECONDS'] ?? 10), watchdogSeconds: 1 },
  workers: [],
  nativeModules: [],
  assets: [],
};

await startService(manifest, ({ log, fail }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  process.on('SIGUSR2', () => release());
  return {
    routes: (app) => {
      app.get('/slow', async () => {
        await Promise.race([released, sleep(60_000, undefined, { ref: false })]);
        return { slow: true };
      });
      app.post('/die', () => {
        fail(new Error('asked to'));
        return {};
      });
    },
    awaited: () => [],
    boot: async () => {
      if (process.env['DEMO_BOOT'] === 'fails') throw new Error('the disk is full');
      if (process.env['DEMO_BOOT'] === 'never') await new Promise(() => setInterval(() => undefined, 1000));
    },
    close: async () => {
      log.info('closed what it held');
    },
  };
});
