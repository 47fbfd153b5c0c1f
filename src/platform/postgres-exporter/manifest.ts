import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';
import { alerts, records } from './alerts.ts';
import { renderFiles } from './files.ts';
import { queryMetrics } from './queries.ts';

/** Those of the exporter's own metrics that alerts and dashboards use. */
const OWN: readonly MetricSpec[] = [
  { name: 'pg_up', type: 'gauge', help: '1 while the exporter reaches PostgreSQL.' },
  {
    name: 'pg_stat_activity_count',
    type: 'gauge',
    help: 'Sessions, by database, role and state.',
    labels: ['datname', 'usename', 'state'],
  },
  { name: 'pg_settings_max_connections', type: 'gauge', help: 'Connections that the server takes.' },
  { name: 'pg_wal_size_bytes', type: 'gauge', help: 'WAL that lies in the cluster.' },
  {
    name: 'pg_database_size_bytes',
    type: 'gauge',
    help: 'Size of a database.',
    labels: ['datname'],
  },
  {
    name: 'pg_stat_database_xact_commit',
    type: 'counter',
    help: 'Transactions that were committed.',
    labels: ['datname'],
  },
  {
    name: 'pg_stat_database_xact_rollback',
    type: 'counter',
    help: 'Transactions that were rolled back.',
    labels: ['datname'],
  },
  {
    name: 'pg_stat_database_deadlocks',
    type: 'counter',
    help: 'Deadlocks that were broken.',
    labels: ['datname'],
  },
];

/** Prometheus' exporter for PostgreSQL from Debian, with the operators' metrics as further queries. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'postgres-exporter',
  purpose: 'metrics of PostgreSQL, the operators’ own among them, for Prometheus',
  port: 9187,
  packages: ['prometheus-postgres-exporter'],
  unit: 'prometheus-postgres-exporter.service',
  rolling: 'independent',
  health: { path: '/', ready: '/', startSeconds: 30, stableSeconds: 2 },
  settings: [],
  metrics: [...OWN, ...queryMetrics()],
  records,
  alerts,
  after: ['postgres'],
  files: renderFiles,
};
