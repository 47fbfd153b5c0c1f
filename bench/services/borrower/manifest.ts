import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { databaseEnvironment } from '../../../src/lib/manifest/endpoints/postgres.ts';
import { redisEnvironment } from '../../../src/lib/manifest/endpoints/redis.ts';

/** Uses a database and a Redis without pause, and remembers what became of each request: what `rotate` measures. */
export const manifest: ServiceManifest = {
  kind: 'service',
  name: 'borrower',
  purpose: 'holds logins of a database and a Redis, and uses them without pause',
  port: 8095,
  health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 1 },
  limits: { stopSeconds: 15, watchdogSeconds: 30 },
  workers: [],
  nativeModules: [],
  assets: [],
  metrics: [],
  settings: [],
  databases: [
    { database: 'production', role: 'local_orchestrator', title: 'Production DB password of the borrower' },
  ],
  redis: [
    {
      instance: 'broker',
      user: 'borrower',
      rules: '~borrower:* resetchannels -@all +@string +@connection +info',
      title: 'Redis password of the borrower',
    },
  ],
  environment: (scope) => ({
    ...databaseEnvironment(scope, ['production']),
    ...redisEnvironment(scope, 'broker'),
  }),
  after: ['postgres', 'pgbouncer', 'redis'],
};
