import { UndeError } from '../error/unde-error.ts';
import type { RedisUse, SecretSpec } from '../manifest/manifest.ts';
import { redisSecret } from '../secrets/secrets-of.ts';

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

/** The password by which redis-exporter signs in to the Redis beside it. */
export function exporterSecret(role: RedisRole): SecretSpec {
  return redisSecret('redis-exporter', {
    instance: role,
    user: 'exporter',
    rules: '',
    title: `Redis password of the exporter (${role})`,
  });
}
