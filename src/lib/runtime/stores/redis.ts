import { Redis, type RedisOptions } from 'ioredis';
import { readCredential } from '../process/credentials.ts';
import { redisEndpoint } from '../../manifest/endpoints/redis.ts';
import type { RedisRole } from '../../manifest/endpoints/redis-role.ts';
import { GuardedRedisConnector } from './guarded-redis-connector.ts';

/** Who a service is to a Redis. */
export interface RedisIdentity {
  readonly instance: RedisRole;
  /** The service's name: its credential is `redis-<instance>-<service>`. */
  readonly service: string;
  readonly user: string;
}

/**
 * Makes connections of one service to a Redis; each call is one more, since a connection that blocks or subscribes can
 * do nothing else. A connection that is lost is made again, for ever.
 *
 * @throws UndeError BAD_SETTING, NO_CREDENTIAL
 */
export function redisConnector(
  identity: RedisIdentity,
  onError: (error: Error) => void,
  env: NodeJS.ProcessEnv = process.env,
): (options?: RedisOptions) => Redis {
  const endpoint = redisEndpoint(identity.instance, env);
  const password = readCredential(`redis-${identity.instance}-${identity.service}`, env);
  return (options = {}) => {
    const redis = new Redis({
      ...endpoint,
      Connector: GuardedRedisConnector,
      username: identity.user,
      password,
      connectionName: identity.service,
      connectTimeout: 3000,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
      ...options,
    });
    redis.on('error', onError);
    return redis;
  };
}
