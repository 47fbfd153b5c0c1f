import { UndeError } from '../../common/error/unde-error.ts';
import type { RedisUse } from '../store-use.ts';

/** What a Redis is for: `broker` holds queues and loses nothing it need not; `cache` holds what can be had again. */
export type RedisRole = RedisUse['instance'];

/**
 * The role of the Redis on a host, from its settings.
 *
 * @throws UndeError BAD_SETTING
 */
export function redisRole(settings: Readonly<Record<string, string>>): RedisRole {
  const role = settings['role'];
  if (role === 'broker' || role === 'cache') return role;
  throw new UndeError({
    code: 'BAD_SETTING',
    message: `redis takes the role broker or cache, not "${role}"`,
    exit: 'config',
    hint: 'in inventory.yaml, under the host: settings: { redis: { role: broker } }',
  });
}
