import type { ServiceManifest } from '../../lib/manifest/manifest.ts';
import { databaseEnvironment } from '../../lib/manifest/endpoints/postgres.ts';
import { redisEnvironment } from '../../lib/manifest/endpoints/redis.ts';
import { ownEnvironment, serviceEnvironment } from '../../lib/manifest/endpoints/service-url.ts';
import { flags } from './flags.ts';
import { alerts, metrics, records } from './metrics.ts';
import { settings } from './settings.ts';

export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'recognition',
  purpose: 'turns a photo into garments that can be bought: POST /recognize',
  port: 8005,
  settings,
  health: { path: '/health', ready: '/ready', startSeconds: 30, stableSeconds: 5 },
  // A request that runs takes some seconds; what does not end in time is taken on again by the next process.
  limits: { memoryMax: '1G', tasksMax: 128, openFiles: 8192, stopSeconds: 30, watchdogSeconds: 15 },
  workers: [],
  nativeModules: [],
  assets: [],
  flags,
  metrics,
  records,
  alerts,
  databases: [
    { database: 'production', role: 'recognition', title: 'Production DB password' },
    {
      database: 'staging',
      role: 'recognition',
      title: 'Staging DB passwords',
      note: 'recognition reads raw_availability (deployment plan, day 6); missing from the credentials table',
    },
  ],
  redis: [
    {
      instance: 'broker',
      user: 'recognition',
      // BullMQ's scripts look at INFO; everything else of the dangerous kind stays shut.
      rules:
        '~bull:recognition:* ~bull:recognition-archive:* ~recognition:* &recognition:progress:* +@all -@admin -@dangerous +info',
      title: 'Redis password of recognition (broker)',
    },
  ],
  // The gateway and the reranker fetch uploaded photos from here.
  clients: [{ service: 'local-app' }, { service: 'ximilar-gw' }, { service: 'llm-reranker' }],
  after: ['postgres', 'pgbouncer', 'redis', 'ximilar-gw', 'llm-reranker'],
  environment: (scope) => ({
    ...databaseEnvironment(scope, ['production', 'staging']),
    ...redisEnvironment(scope, 'broker'),
    ...serviceEnvironment(scope, ['ximilar-gw', 'llm-reranker']),
    ...ownEnvironment(scope, 'recognition'),
  }),
};
