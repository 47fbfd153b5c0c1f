import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { exporterSecret } from '../../lib/desired/redis/exporter-secret.ts';
import { redisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { alerts } from './alerts.ts';
import { HEALTH, renderFiles } from './files.ts';
import { metrics } from './metrics.ts';

/** Prometheus' exporter for the Redis on the same host. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'redis-exporter',
  purpose: 'metrics of the Redis beside it, for Prometheus',
  port: 9121,
  packages: ['prometheus-redis-exporter'],
  unit: 'prometheus-redis-exporter.service',
  rolling: 'independent',
  health: { command: HEALTH, startSeconds: 20, stableSeconds: 2 },
  settings: [],
  secrets: (scope) => [exporterSecret(redisRole(scope.settingsOf(scope.host, 'redis')))],
  metrics,
  alerts,
  records: [
    {
      name: 'redis_memory_used_ratio',
      expr: 'redis_memory_used_bytes / redis_memory_max_bytes and redis_memory_max_bytes > 0',
      help: 'The share of the memory that a Redis may fill which it fills.',
    },
  ],
  after: ['redis'],
  files: renderFiles,
};
