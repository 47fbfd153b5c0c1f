import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import type { DatabaseUse, RedisUse } from '../../manifest/store-use.ts';

/** The secret of a service's login to a database; the database's host gets its verifier by the same name. */
export function databaseSecret(service: string, { database, role, title, note }: DatabaseUse): SecretSpec {
  const secret = `db-${database}-${service}`;
  return {
    secret,
    credential: secret,
    kind: 'database-login',
    role,
    title,
    note,
  };
}

/** The secret of a service's user of a Redis; the Redis' host gets its digest by the same name. */
export function redisSecret(service: string, { instance, title, note }: RedisUse): SecretSpec {
  const secret = `redis-${instance}-${service}`;
  return { secret, credential: secret, kind: 'password', title, note };
}

/** All secrets that a service on a host holds or verifies: those it names, and those of its databases and Redis users. */
export function secretsOf(manifest: Manifest, scope: RenderScope): SecretSpec[] {
  const own = typeof manifest.secrets === 'function' ? manifest.secrets(scope) : (manifest.secrets ?? []);
  return [
    ...own,
    ...(manifest.databases ?? []).map((use) => databaseSecret(manifest.name, use)),
    ...(manifest.redis ?? []).map((use) => redisSecret(manifest.name, use)),
  ];
}
