import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** What alerts and dashboards use of the exporter's many metrics, by the exporter's own names. */
export const metrics: readonly MetricSpec[] = [
  { name: 'redis_up', type: 'gauge', help: '1 while Redis answers its exporter.' },
  { name: 'redis_uptime_in_seconds', type: 'gauge', help: 'How long Redis has been running.' },
  { name: 'redis_memory_used_bytes', type: 'gauge', help: 'What the data takes.' },
  { name: 'redis_memory_max_bytes', type: 'gauge', help: 'What it may take; 0 without a limit.' },
  { name: 'redis_connected_clients', type: 'gauge', help: 'Clients that are connected.' },
  { name: 'redis_blocked_clients', type: 'gauge', help: 'Clients that wait in a blocking command.' },
  {
    name: 'redis_rejected_connections_total',
    type: 'counter',
    help: 'Connections that were refused because there were too many.',
    alert: '> 0',
  },
  {
    name: 'redis_evicted_keys_total',
    type: 'counter',
    help: 'Keys that were thrown away for room.',
    alert: '> 0 on a broker',
  },
  { name: 'redis_expired_keys_total', type: 'counter', help: 'Keys whose time was over.' },
  { name: 'redis_keyspace_hits_total', type: 'counter', help: 'Reads that found their key.' },
  { name: 'redis_keyspace_misses_total', type: 'counter', help: 'Reads that did not.' },
  { name: 'redis_commands_processed_total', type: 'counter', help: 'Commands that were carried out.' },
  { name: 'redis_aof_enabled', type: 'gauge', help: '1 where writes are logged: on a broker.' },
  {
    name: 'redis_aof_last_write_status',
    type: 'gauge',
    help: '1 when the last write of the log succeeded.',
    alert: '== 0',
  },
  {
    name: 'redis_aof_last_bgrewrite_status',
    type: 'gauge',
    help: '1 when the log was last rewritten without an error.',
    alert: '== 0',
  },
  {
    name: 'redis_acl_access_denied_auth_total',
    type: 'counter',
    help: 'Clients that signed in with a wrong user or password.',
    alert: '> 0',
  },
  {
    name: 'redis_acl_access_denied_cmd_total',
    type: 'counter',
    help: 'Commands that were refused because their user may not use them.',
  },
];
