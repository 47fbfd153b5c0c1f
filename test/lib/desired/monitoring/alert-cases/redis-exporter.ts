import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const push = target('push', 'redis-exporter', 9121);
const cache = target('local-redis', 'redis-exporter', 9121, 'local');
const logged = (of_: typeof push, enabled: string) => ({ [of('redis_aof_enabled', of_)]: enabled });
const memory = (of_: typeof push, used: string, most: string) => ({
  [of('redis_memory_used_bytes', of_)]: used,
  [of('redis_memory_max_bytes', of_)]: most,
});

export const cases: Readonly<Record<string, AlertCase>> = {
  RedisDown: {
    silent: { [of('redis_up', push)]: '1' },
    firing: { [of('redis_up', push)]: '0' },
    says: 'Redis on push does not answer its exporter.',
    labels: labelsOf(push),
  },
  RedisMemoryHigh: {
    // One without a limit fills no share of it.
    silent: { ...memory(push, '80', '100'), ...memory(cache, '90', '0') },
    firing: memory(push, '81', '100'),
    says: 'Redis on push fills 81% of the memory that it may.',
    labels: labelsOf(push),
  },
  RedisBrokerEvicts: {
    // That is what a cache is for.
    silent: {
      [of('redis_evicted_keys_total', cache)]: '0+5',
      ...logged(cache, '0'),
      [of('redis_evicted_keys_total', push)]: '3',
      ...logged(push, '1'),
    },
    firing: { [of('redis_evicted_keys_total', push)]: '0+5', ...logged(push, '1') },
    says: 'The broker on push has thrown keys away: jobs may be lost.',
    labels: labelsOf(push),
  },
  RedisLogFailing: {
    silent: {
      [of('redis_aof_last_write_status', push)]: '1',
      [of('redis_aof_last_bgrewrite_status', push)]: '1',
      ...logged(push, '1'),
    },
    firing: {
      [of('redis_aof_last_write_status', push)]: '1',
      [of('redis_aof_last_bgrewrite_status', push)]: '0',
      ...logged(push, '1'),
    },
    says: 'The broker on push cannot write its log; while writing fails, it refuses writes.',
    labels: labelsOf(push),
  },
  RedisRejectsConnections: {
    silent: { [of('redis_rejected_connections_total', push)]: '2' },
    firing: { [of('redis_rejected_connections_total', push)]: '2+1' },
    says: 'Redis on push turns clients away: it has as many as it may.',
    labels: labelsOf(push),
  },
  RedisDeniesSignIns: {
    silent: { [of('redis_acl_access_denied_auth_total', push)]: '4' },
    firing: { [of('redis_acl_access_denied_auth_total', push)]: '4+1' },
    says: 'Somebody signs in to Redis on push with a wrong user or password.',
    labels: labelsOf(push),
  },
};
