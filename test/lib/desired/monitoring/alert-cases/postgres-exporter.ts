import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const production = target('production-db', 'postgres-exporter', 9187);
const staging = target('staging-db', 'postgres-exporter', 9187);
const node = target('staging-db', 'node-exporter', 9100);
const other = target('production-db', 'node-exporter', 9100);
const root = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
const GB = 1_000_000_000;

const above = (
  metric: string,
  at: number,
  says: string,
  further: Record<string, string> = {},
): AlertCase => ({
  silent: { [of(metric, production, further)]: String(at) },
  firing: { [of(metric, production, further)]: String(at * 1.5) },
  says,
  labels: labelsOf(production, further),
});

const disk = (which: typeof node, avail: string) => ({
  [of('node_filesystem_size_bytes', which, root)]: '100',
  [of('node_filesystem_avail_bytes', which, root)]: avail,
});

export const cases: Readonly<Record<string, AlertCase>> = {
  PostgresDown: {
    silent: { [of('pg_up', production)]: '1' },
    firing: { [of('pg_up', production)]: '0' },
    says: 'PostgreSQL on production-db does not answer.',
    labels: labelsOf(production),
  },
  PostgresSetupFailed: {
    silent: { [of('unde_postgres_setup_ok', other)]: '1' },
    firing: { [of('unde_postgres_setup_ok', other)]: '0' },
    says: 'The database on production-db or its logins are not what they should be.',
    labels: labelsOf(other),
  },
  PostgresConnectionsNearLimit: {
    silent: {
      [of('pg_stat_activity_count', production, { state: 'idle' })]: '50',
      [of('pg_stat_activity_count', production, { state: 'active' })]: '35',
      [of('pg_settings_max_connections', production)]: '100',
    },
    firing: {
      [of('pg_stat_activity_count', production, { state: 'idle' })]: '50',
      [of('pg_stat_activity_count', production, { state: 'active' })]: '40',
      [of('pg_settings_max_connections', production)]: '100',
    },
    says: 'PostgreSQL on production-db has 90% of its connections taken.',
    labels: { host: 'production-db', site: 'helsinki' },
  },
  PostgresWalGrows: above(
    'pg_wal_size_bytes',
    8 * GB,
    'PostgreSQL on production-db keeps 11.18GiB of WAL: something holds it.',
  ),
  PostgresChecksumFailure: {
    silent: { [of('pg_checksum_failures', production, { datname: 'unde_ai' })]: '0' },
    firing: { [of('pg_checksum_failures', production, { datname: 'unde_ai' })]: '1' },
    says: 'PostgreSQL on production-db has read damaged pages of unde_ai.',
    labels: labelsOf(production, { datname: 'unde_ai' }),
  },
  CollageQueueLong: {
    silent: { [of('collage_queue_size', staging)]: '1000' },
    firing: { [of('collage_queue_size', staging)]: '1001' },
    says: '1001 collages are waited for.',
    labels: labelsOf(staging),
  },
  StagingDatabaseDiskFull: {
    // Another database's disk has the alert that every disk has.
    silent: {
      ...disk(node, '20'),
      ...disk(other, '1'),
      [of('unde_database_info', node, { database: 'staging' })]: '1',
      [of('unde_database_info', other, { database: 'production' })]: '1',
    },
    firing: { ...disk(node, '19'), [of('unde_database_info', node, { database: 'staging' })]: '1' },
    says: 'The disk of Staging DB on staging-db is 81 % full.',
    labels: { host: 'staging-db', site: 'helsinki' },
  },
  EmbeddingsIndexLarge: above(
    'sku_image_embeddings_hnsw_size_bytes',
    20 * GB,
    'The index of embeddings has grown to 27.94GiB.',
  ),
  ReplicationLagging: above('replication_lag_seconds', 5, 'The replica r1 is 7.5 s behind production-db.', {
    replica: 'r1',
  }),
  ReplicationSlotHoldsWal: above(
    'replication_slot_wal_bytes',
    20 * GB,
    'production-db keeps 27.94GiB of WAL for r1: its disk is in danger.',
    { slot: 'r1' },
  ),
  ReplicaDown: {
    silent: { [of('replica_up', production, { slot: 'r1' })]: '1' },
    firing: { [of('replica_up', production, { slot: 'r1' })]: '0' },
    says: 'The replica r1 of production-db is not connected: there is no failover.',
    labels: labelsOf(production, { slot: 'r1' }),
  },
};
