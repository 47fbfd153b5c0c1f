import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const node = target('staging-db', 'node-exporter', 9100);
const push = target('push', 'node-exporter', 9100);
const unit = { name: 'pgbouncer.service', state: 'active', type: 'notify' };
const pool = { database: 'unde_staging', login: 'apify_a' };

export const cases: Readonly<Record<string, AlertCase>> = {
  PgBouncerDown: {
    // Where no database is, it need not run.
    silent: {
      [of('node_systemd_unit_state', node, unit)]: '1',
      [of('unde_database_info', node, { database: 'staging' })]: '1',
      [of('node_systemd_unit_state', push, unit)]: '0',
    },
    firing: {
      [of('node_systemd_unit_state', node, unit)]: '0',
      [of('unde_database_info', node, { database: 'staging' })]: '1',
    },
    says: 'PgBouncer on staging-db is not running: no service gets to the database there.',
    labels: labelsOf(node, unit),
  },
  PgBouncerClientsWait: {
    silent: { [of('pgbouncer_longest_wait_seconds', node, pool)]: '2' },
    firing: { [of('pgbouncer_longest_wait_seconds', node, pool)]: '3' },
    says: 'A client of unde_staging on staging-db has waited 3 s for a connection of PostgreSQL.',
    labels: { host: 'staging-db', site: 'helsinki', database: 'unde_staging' },
  },
};
