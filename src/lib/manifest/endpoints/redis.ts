import type { RenderScope } from '../manifest.ts';
import { redisRole, type RedisRole } from './redis-role.ts';

/** The environment variable that tells a service where a Redis is. */
export function redisVariable(instance: RedisRole): string {
  return `UNDE_REDIS_${instance.toUpperCase()}`;
}

/** What tells a service where a Redis is, for its manifest; nothing where this fleet has none. */
export function redisEnvironment(
  scope: Pick<RenderScope, 'placementsOf' | 'settingsOf' | 'addressOf'>,
  instance: RedisRole,
): Record<string, string> {
  const host = scope
    .placementsOf('redis')
    .find((each) => redisRole(scope.settingsOf(each, 'redis')) === instance);
  return host === undefined ? {} : { [redisVariable(instance)]: `${scope.addressOf(host)}:6379` };
}
