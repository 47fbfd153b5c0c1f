import type { ServiceManifest } from '../../lib/manifest/manifest.ts';
import { databaseEnvironment } from '../../lib/manifest/endpoints/postgres.ts';
import { serviceEnvironment } from '../../lib/manifest/endpoints/service-url.ts';
import { uploadsEnvironment } from '../../lib/manifest/endpoints/upload-origins.ts';
import { flags } from './flags.ts';
import { alerts, metrics, records } from './metrics.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'ximilar-gw',
  purpose: 'finds garments in photos and products that look like them: POST /detect, /tag, /search',
  port: 8001,
  settings,
  // The sources are no part of it: without one it still answers, and says what it went without.
  health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 6 },
  limits: { memoryMax: '2G', tasksMax: 256, openFiles: 4096, stopSeconds: 20, watchdogSeconds: 15 },
  workers: [],
  nativeModules: ['sharp'],
  assets: [],
  flags,
  secrets: [{ secret: 'ximilar-api-token', kind: 'brought', title: 'Ximilar API token' }],
  databases: [
    {
      database: 'production',
      role: 'ximilar_gw',
      title: 'Production DB password (pgvector read)',
      note: 'SELECT kNN only',
    },
  ],
  clients: [{ service: 'recognition' }],
  after: ['postgres', 'pgbouncer', 'embedder'],
  environment: (scope) => ({
    ...databaseEnvironment(scope, ['production']),
    ...uploadsEnvironment(scope),
    ...serviceEnvironment(scope, ['embedder']),
  }),
  metrics,
  records,
  alerts,
};
