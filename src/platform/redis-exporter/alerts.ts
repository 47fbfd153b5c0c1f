import type { AlertSpec } from '../../lib/manifest/alert.ts';

/** What somebody must hear of a Redis. A broker is told from a cache by its log of writes. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'RedisDown',
    metric: 'redis_up',
    expr: 'redis_up == 0',
    for: '1m',
    severity: 'critical',
    summary: 'Redis on {{ $labels.host }} does not answer its exporter.',
  },
  {
    name: 'RedisMemoryHigh',
    metric: 'redis_memory_used_ratio',
    expr: 'redis_memory_used_ratio > $threshold',
    threshold: 0.8,
    for: '5m',
    severity: 'warning',
    summary: 'Redis on {{ $labels.host }} fills {{ $value | humanizePercentage }} of the memory that it may.',
  },
  {
    name: 'RedisBrokerEvicts',
    metric: 'redis_evicted_keys_total',
    expr: 'increase(redis_evicted_keys_total[10m]) > 0 and on (instance) redis_aof_enabled == 1',
    for: '0m',
    severity: 'critical',
    summary: 'The broker on {{ $labels.host }} has thrown keys away: jobs may be lost.',
  },
  {
    name: 'RedisLogFailing',
    metric: 'redis_aof_last_write_status',
    expr: '(redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0) and on (instance) redis_aof_enabled == 1',
    for: '1m',
    severity: 'critical',
    summary: 'The broker on {{ $labels.host }} cannot write its log; while writing fails, it refuses writes.',
  },
  {
    name: 'RedisRejectsConnections',
    metric: 'redis_rejected_connections_total',
    expr: 'increase(redis_rejected_connections_total[5m]) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Redis on {{ $labels.host }} turns clients away: it has as many as it may.',
  },
  {
    name: 'RedisDeniesSignIns',
    metric: 'redis_acl_access_denied_auth_total',
    expr: 'increase(redis_acl_access_denied_auth_total[10m]) > 0',
    for: '2m',
    severity: 'warning',
    summary: 'Somebody signs in to Redis on {{ $labels.host }} with a wrong user or password.',
  },
];
