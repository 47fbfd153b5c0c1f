import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'gemini-simulator',
  purpose: "answers in the Gemini API's wire format, for labs and tests: generateContent",
  port: 8102,
  settings,
  health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 2 },
  limits: { stopSeconds: 5, watchdogSeconds: 30 },
  workers: [],
  nativeModules: ['sharp'],
  assets: [],
  metrics: [],
};
