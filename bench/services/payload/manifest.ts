import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';

/** The service that the deploy benchmarks move: a small HTTP server with an asset of 2 MB. */
export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'payload',
  purpose: 'what the deploy benchmarks move',
  port: 8097,
  health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 1 },
  limits: { stopSeconds: 5, watchdogSeconds: 30 },
  workers: [],
  nativeModules: [],
  assets: [{ name: 'payload.bin', key: 'payload', purpose: 'two megabytes' }],
  metrics: [],
  settings: [
    {
      variable: 'PAYLOAD_GREETING',
      key: 'greeting',
      type: 'string',
      default: 'hello',
      purpose: 'what it says',
    },
  ],
};
