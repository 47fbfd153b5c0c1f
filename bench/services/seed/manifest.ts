import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';

/** Brings Node to the hosts before the clock starts, as any service before it would have. */
export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'seed',
  purpose: 'brings the runtime to a host before the benchmark',
  port: 8096,
  health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 1 },
  limits: { stopSeconds: 5, watchdogSeconds: 30 },
  workers: [],
  nativeModules: [],
  assets: [],
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
