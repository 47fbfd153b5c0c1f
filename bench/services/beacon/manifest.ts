import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';

/** Does nothing but follow a flag; the benchmark of flags deploys it. */
export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'beacon',
  purpose: 'follows a flag; the benchmarks deploy it',
  port: 8094,
  health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 1 },
  limits: { stopSeconds: 5, watchdogSeconds: 30 },
  workers: [],
  nativeModules: [],
  assets: [],
  metrics: [],
  settings: [],
  flags: [{ name: 'TURN', type: 'int', default: '0', purpose: 'how often it has been turned' }],
};
