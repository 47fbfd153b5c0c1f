import type { RedisRole } from '../../manifest/endpoints/redis-role.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import { redisSecret } from '../secrets/secrets-of.ts';

/** The password by which redis-exporter signs in to the Redis beside it. */
export function exporterSecret(role: RedisRole): SecretSpec {
  return redisSecret('redis-exporter', {
    instance: role,
    user: 'exporter',
    rules: '',
    title: `Redis password of the exporter (${role})`,
  });
}
