import type { RenderScope } from '../manifest.ts';
import { redisRole, type RedisRole } from './redis-role.ts';
import { badVariable, readVariable } from './variable.ts';

/** The environment variable that tells a service where a Redis is. */
const variable = (instance: RedisRole) => `UNDE_REDIS_${instance.toUpperCase()}`;

/** Where a Redis is, for a client. */
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What tells a service where a Redis is, for its manifest; nothing where this fleet has none. */
export function redisEnvironment(
  scope: Pick<RenderScope, 'placementsOf' | 'settingsOf' | 'addressOf'>,
  instance: RedisRole,
): Record<string, string> {
  const host = scope
    .placementsOf('redis')
    .find((each) => redisRole(scope.settingsOf(each, 'redis')) === instance);
  return host === undefined ? {} : { [variable(instance)]: `${scope.addressOf(host)}:6379` };
}

/**
 * Where a Redis is, from the environment.
 *
 * @throws UndeError BAD_SETTING
 */
export function redisEndpoint(instance: RedisRole, env: NodeJS.ProcessEnv): RedisEndpoint {
  const name = variable(instance);
  const [, host, port] = /^([\w.-]+):(\d+)$/.exec(readVariable(name, env) ?? '') ?? [];
  if (host !== undefined) return { host, port: Number(port) };
  throw badVariable(name, env, 'HOST:PORT', `which host has redis with the role ${instance}`);
}
