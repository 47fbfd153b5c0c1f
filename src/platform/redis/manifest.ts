import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { renderFiles } from './files.ts';
import { HEALTH } from './paths.ts';
import { redisUsers, userSecrets } from './users.ts';

/** Debian's Redis: the broker of queues, or a cache, by the host's `role`. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'redis',
  purpose: 'queues that survive (role broker), or what can be had again (role cache), with a user per client',
  port: 6379,
  packages: ['redis-server'],
  unit: 'redis-server.service',
  rolling: 'primary-replica',
  health: { command: HEALTH, startSeconds: 120, stableSeconds: 3 },
  metrics: [],
  settings: [
    {
      variable: 'ROLE',
      key: 'role',
      type: 'string',
      default: 'broker',
      purpose: 'what it is for: broker or cache',
    },
    {
      variable: 'APPENDFSYNC',
      key: 'appendfsync',
      type: 'string',
      default: 'everysec',
      purpose: 'when a broker forces its log of writes to disk: everysec or always (docs/redis.md)',
    },
    {
      variable: 'MAXMEMORY_PERCENT',
      key: 'maxmemory_percent',
      type: 'integer',
      default: 0,
      minimum: 0,
      maximum: 90,
      purpose: "share of the host's memory that it may fill; 0 takes 50 for a broker and 70 for a cache",
    },
  ],
  secrets: userSecrets,
  clients: (scope) =>
    redisUsers(scope)
      .filter(({ service }) => service !== 'redis-exporter')
      .map(({ service }) => ({ service })),
  files: renderFiles,
};
