import { describe, expect, it } from 'vitest';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import { redisEndpoint, redisEnvironment } from '../../../../src/lib/manifest/endpoints/redis.ts';

const host = (name: string) => ({ name }) as Host;
const scope = {
  placementsOf: () => [host('local-redis'), host('push')],
  settingsOf: ({ name }: Host) => ({ role: name === 'push' ? 'broker' : 'cache' }),
  addressOf: ({ name }: Host) => (name === 'push' ? '198.18.0.4' : '198.19.0.4'),
};

describe('where a Redis is', () => {
  it('follows from the roles in the inventory', () => {
    expect(redisEnvironment(scope, 'broker')).toEqual({ UNDE_REDIS_BROKER: '198.18.0.4:6379' });
    expect(redisEndpoint('broker', redisEnvironment(scope, 'broker'))).toEqual({
      host: '198.18.0.4',
      port: 6379,
    });
    expect(redisEnvironment(scope, 'cache')).toEqual({ UNDE_REDIS_CACHE: '198.19.0.4:6379' });
    expect(redisEnvironment({ ...scope, placementsOf: () => [] }, 'cache')).toEqual({});
  });
});
