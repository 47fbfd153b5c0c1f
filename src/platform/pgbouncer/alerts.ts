import type { AlertSpec } from '../../lib/manifest/alert.ts';

/** What somebody must hear of PgBouncer. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'PgBouncerDown',
    metric: 'node_systemd_unit_state',
    expr: 'node_systemd_unit_state{name="pgbouncer.service",state="active"} == 0 and on (host) unde_database_info',
    for: '1m',
    severity: 'critical',
    summary: 'PgBouncer on {{ $labels.host }} is not running: no service gets to the database there.',
  },
  {
    name: 'PgBouncerClientsWait',
    metric: 'pgbouncer_longest_wait_seconds',
    expr: 'max by (host, site, database) (pgbouncer_longest_wait_seconds) > $threshold',
    threshold: 2,
    for: '1m',
    severity: 'warning',
    summary:
      'A client of {{ $labels.database }} on {{ $labels.host }} has waited {{ $value }} s for a connection of PostgreSQL.',
  },
];
