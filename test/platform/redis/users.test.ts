import { describe, expect, it } from 'vitest';
import { manifest } from '../../../src/platform/redis/manifest.ts';
import { redisUsers, renderUsers, userSecrets } from '../../../src/platform/redis/users.ts';
import { redisScope } from './redis-scope.ts';

describe('users of a Redis', () => {
  it('are the services that are placed and use a Redis of this role, and the exporter', () => {
    const scope = redisScope({ worker: [{}], other: [{ instance: 'cache' }], elsewhere: [{}] });
    expect(redisUsers(scope).map(({ user, service }) => [user, service])).toEqual([
      ['worker', 'worker'],
      ['exporter', 'redis-exporter'],
    ]);
  });

  it('stand in a table with their credentials and rules', () => {
    const text = renderUsers(redisScope({ worker: [{ user: 'jobs', rules: '~bull:jobs:* +@all -@admin' }] }));
    expect(text).toContain('jobs redis-broker-worker ~bull:jobs:* +@all -@admin\n');
  });

  it('are verified by digests, without a restart', () => {
    expect(userSecrets(redisScope({ worker: [{}] }))).toContainEqual(
      expect.objectContaining({
        secret: 'redis-broker-worker',
        kind: 'password',
        title: 'Redis password of worker',
        form: 'sha256',
        onChange: 'reload',
      }),
    );
  });

  it('may connect; the exporter does so from the host itself', () => {
    const clients =
      typeof manifest.clients === 'function' ? manifest.clients(redisScope({ worker: [{}] })) : [];
    expect(clients).toEqual([{ service: 'worker' }]);
  });

  it.each(['default', 'health', 'operator', 'exporter'])('cannot be called %s', (user) => {
    expect(() => redisUsers(redisScope({ worker: [{ user }] }))).toThrow(`the user "${user}" is taken`);
  });

  it('are one for each service', () => {
    const scope = redisScope({ worker: [{ user: 'both' }], other: [{ user: 'both' }] });
    expect(() => redisUsers(scope)).toThrow('the user "both" is taken');
  });

  it.each(['nopass ~* +@all', '~* +get >secret', 'on +@all', '~* #0123 +get', '~*\nuser eve on nopass'])(
    'have no rules such as %j',
    (rules) => {
      expect(() => redisUsers(redisScope({ worker: [{ rules }] }))).toThrow('not how it signs in');
    },
  );

  it('belong to a Redis of a known role', () => {
    expect(() => redisUsers(redisScope({}, '{ role: brokr }'))).toThrow('role broker or cache, not "brokr"');
  });
});
