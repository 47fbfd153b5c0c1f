import { describe, expect, it } from 'vitest';
import { redisConnector } from '../../../../src/lib/runtime/stores/redis.ts';

describe('a connection to Redis', () => {
  it('needs to be told where that is, and the password', () => {
    const identity = { instance: 'broker', service: 'recognition', user: 'recognition' } as const;
    expect(() => redisConnector(identity, () => undefined, {})).toThrow(
      'UNDE_REDIS_BROKER: "" is not HOST:PORT',
    );
    const env = { UNDE_REDIS_BROKER: '127.0.0.1:1' };
    expect(() => redisConnector(identity, () => undefined, env)).toThrow('redis-broker-recognition');
  });
});
