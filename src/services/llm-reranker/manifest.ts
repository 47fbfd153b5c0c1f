import type { ServiceManifest } from '../../lib/manifest/manifest.ts';
import { uploadsEnvironment } from '../../lib/manifest/endpoints/upload-origins.ts';
import { alerts, metrics } from './metrics.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'llm-reranker',
  purpose: 'has Gemini compare a garment with the products that look like it: POST /rerank',
  port: 8002,
  settings,
  // Gemini is no part of it: without it the order stands, and the answer says so.
  health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 6 },
  limits: { memoryMax: '2G', tasksMax: 256, openFiles: 4096, stopSeconds: 20, watchdogSeconds: 15 },
  workers: [],
  nativeModules: ['sharp'],
  assets: [],
  secrets: [{ secret: 'gemini-api-key', kind: 'brought', title: 'Gemini API key' }],
  clients: [{ service: 'recognition' }],
  environment: uploadsEnvironment,
  metrics,
  alerts,
};
