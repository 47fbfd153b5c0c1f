import type { Manifest, RenderScope } from '../../../src/lib/manifest/manifest.ts';
import type { RedisUse } from '../../../src/lib/manifest/store-use.ts';
import { manifest as redis } from '../../../src/platform/redis/manifest.ts';
import { testScope } from '../../lib/desired/scope/test-scope.ts';

const FLEET = (settings: string) => `
sites:
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    hosts:
      push: { id: H1, address: 10.1.0.4, status: running, task: queues, services: [redis, redis-exporter], settings: { redis: ${settings} } }
      worker: { id: H2, address: 10.1.0.5, status: running, task: work, services: [worker, other] }
planned: { redis: {}, redis-exporter: {}, worker: {}, other: {}, elsewhere: {} }
`;

/** What the manifest of Redis sees on `push`, where these services are built and use a Redis. */
export function redisScope(
  services: Readonly<Record<string, readonly Partial<RedisUse>[]>> = {},
  settings = '{ role: broker }',
): RenderScope {
  const manifests = Object.entries(services).map(
    ([name, uses]) =>
      ({
        name,
        redis: uses.map((use) => ({
          instance: 'broker',
          user: name,
          rules: '~* +@all -@dangerous',
          title: `Redis password of ${name}`,
          ...use,
        })),
      }) as unknown as Manifest,
  );
  return testScope({
    inventory: FLEET(settings),
    context: 'lab',
    host: 'push',
    manifest: redis,
    manifests: [redis, ...manifests],
  });
}
