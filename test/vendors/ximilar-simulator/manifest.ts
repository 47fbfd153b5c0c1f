import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'ximilar-simulator',
  purpose: "answers in Ximilar's wire format, for labs and tests: detection, tagging, search",
  port: 8101,
  settings,
  health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 2 },
  limits: { stopSeconds: 5, watchdogSeconds: 30 },
  workers: [],
  nativeModules: ['sharp'],
  assets: [],
  metrics: [],
};
