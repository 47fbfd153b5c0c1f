import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { SecretSpec } from '../../lib/manifest/secret.ts';
import type { RedisUse } from '../../lib/manifest/store-use.ts';
import { exporterSecret } from '../../lib/desired/redis/exporter-secret.ts';
import { redisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { redisSecret } from '../../lib/desired/secrets/secrets-of.ts';

/** One client of a Redis. */
export interface RedisUser {
  readonly user: string;
  readonly service: string;
  readonly rules: string;
  /** What its password is kept as. */
  readonly secret: SecretSpec;
}

/** What the exporter asks for, and nothing that shows a key or a value. */
const EXPORTER_RULES = [
  'resetchannels',
  '-@all',
  '+ping',
  '+info',
  '+client|setname',
  '+slowlog|get',
  '+slowlog|len',
  '+latency|latest',
  '+latency|histogram',
].join(' ');

/** Names that the host gives to users of its own. */
const OWN_USERS = ['default', 'health', 'operator'];

/**
 * The clients of the Redis on a host: every service that is built, placed somewhere, and uses a Redis of this role.
 *
 * @throws UndeError BAD_REDIS_USER for two services with one user, or rules that would let in whoever comes.
 */
export function redisUsers(
  scope: Pick<RenderScope, 'settings' | 'manifests' | 'inventory' | 'host'>,
): RedisUser[] {
  const role = redisRole(scope.settings);
  const placed = new Set(scope.inventory.hosts.flatMap(({ services }) => services));
  const users: RedisUser[] = scope.manifests
    .filter(({ name }) => placed.has(name))
    .flatMap(({ name, redis = [] }) =>
      redis.filter(({ instance }) => instance === role).map((use) => clientOf(name, use)),
    );
  if (scope.host.services.includes('redis-exporter')) {
    users.push({
      user: 'exporter',
      service: 'redis-exporter',
      rules: EXPORTER_RULES,
      secret: exporterSecret(role),
    });
  }
  const names = [...OWN_USERS, ...users.map(({ user }) => user)];
  const twice = users.find(({ user }) => names.indexOf(user) !== names.lastIndexOf(user));
  if (twice !== undefined) {
    throw badUser(twice, `the user "${twice.user}" is taken`, 'each client has a user of its own');
  }
  return users;
}

function clientOf(service: string, use: RedisUse): RedisUser {
  const { user, rules } = use;
  const client: RedisUser = { user, service, rules, secret: redisSecret(service, use) };
  if (!/^[a-z][a-z0-9-]*$/.test(user)) {
    throw badUser(client, `"${user}" is no user name`, 'lower-case letters, digits and hyphens');
  }
  const forbidden = rules
    .split(/\s+/)
    .find((rule) => /^(on|off|nopass|resetpass|reset|[<>#!].*)$/.test(rule));
  if (forbidden !== undefined || /[\r\n]/.test(rules)) {
    throw badUser(
      client,
      `rules say what a user may do, not how it signs in: ${forbidden ?? 'one line'}`,
      'leave it out',
    );
  }
  return client;
}

function badUser({ service }: RedisUser, message: string, hint: string): UndeError {
  return new UndeError({
    code: 'BAD_REDIS_USER',
    message: `redis user of ${service}: ${message}`,
    exit: 'config',
    hint,
  });
}

/** What verifies the clients' passwords, both during a rotation; a new one is taken on without a restart. */
export function userSecrets(scope: Parameters<typeof redisUsers>[0]): SecretSpec[] {
  return redisUsers(scope).map(({ secret }) => ({ ...secret, form: 'sha256', onChange: 'reload' }));
}

/** Renders the table of users that the host's script makes the ACL file from. */
export function renderUsers(scope: Parameters<typeof redisUsers>[0]): string {
  return [
    '# Rendered by unde from the manifests: user, credential, rules.',
    ...redisUsers(scope).map(({ user, secret, rules }) => `${user} ${secret.secret} ${rules}`),
    '',
  ].join('\n');
}
