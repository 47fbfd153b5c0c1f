import type { AlertSpec, RecordSpec } from '../../lib/manifest/alert.ts';

const GB = 1_000_000_000;

/** Folders that the database's disk may be mounted at; the fullest of them counts. */
const DISKS = 'mountpoint=~"/|/var|/var/lib|/var/lib/postgresql(/.*)?"';

/** The operators' metrics that other exporters call otherwise. */
export const records: readonly RecordSpec[] = [
  {
    name: 'staging_db_disk_usage',
    expr: `max by (host, site) (100 * (1 - node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes{${DISKS}})) and on (host) unde_database_info{database="staging"}`,
    help: 'How full the disk of Staging DB is, in percent.',
  },
  {
    name: 'postgres_connections_used_ratio',
    expr: 'sum by (host, site) (pg_stat_activity_count) / max by (host, site) (pg_settings_max_connections)',
    help: 'Share of the connections of a server that are taken.',
  },
];

/** What somebody must hear of a PostgreSQL. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'PostgresDown',
    metric: 'pg_up',
    expr: 'pg_up == 0',
    for: '1m',
    severity: 'critical',
    summary: 'PostgreSQL on {{ $labels.host }} does not answer.',
  },
  {
    name: 'PostgresSetupFailed',
    metric: 'unde_postgres_setup_ok',
    expr: 'unde_postgres_setup_ok == 0',
    for: '2m',
    severity: 'warning',
    summary: 'The database on {{ $labels.host }} or its logins are not what they should be.',
  },
  {
    name: 'PostgresConnectionsNearLimit',
    metric: 'postgres_connections_used_ratio',
    expr: 'postgres_connections_used_ratio > $threshold',
    threshold: 0.85,
    for: '5m',
    severity: 'warning',
    summary:
      'PostgreSQL on {{ $labels.host }} has {{ $value | humanizePercentage }} of its connections taken.',
  },
  {
    name: 'PostgresWalGrows',
    metric: 'pg_wal_size_bytes',
    expr: 'pg_wal_size_bytes > $threshold',
    threshold: 8 * GB,
    for: '10m',
    severity: 'warning',
    summary:
      'PostgreSQL on {{ $labels.host }} keeps {{ $value | humanize1024 }}B of WAL: something holds it.',
  },
  {
    name: 'PostgresChecksumFailure',
    metric: 'pg_checksum_failures',
    expr: 'pg_checksum_failures > 0',
    for: '0m',
    severity: 'critical',
    summary: 'PostgreSQL on {{ $labels.host }} has read damaged pages of {{ $labels.datname }}.',
  },
  {
    name: 'CollageQueueLong',
    metric: 'collage_queue_size',
    expr: 'collage_queue_size > $threshold',
    threshold: 1000,
    for: '15m',
    severity: 'warning',
    summary: '{{ $value }} collages are waited for.',
  },
  {
    name: 'StagingDatabaseDiskFull',
    metric: 'staging_db_disk_usage',
    expr: 'staging_db_disk_usage > $threshold',
    threshold: 80,
    for: '5m',
    severity: 'warning',
    summary: 'The disk of Staging DB on {{ $labels.host }} is {{ $value | printf "%.0f" }} % full.',
  },
  {
    name: 'EmbeddingsIndexLarge',
    metric: 'sku_image_embeddings_hnsw_size_bytes',
    expr: 'sku_image_embeddings_hnsw_size_bytes > $threshold',
    threshold: 20 * GB,
    for: '15m',
    severity: 'warning',
    summary: 'The index of embeddings has grown to {{ $value | humanize1024 }}B.',
  },
  {
    name: 'ReplicationLagging',
    metric: 'replication_lag_seconds',
    expr: 'replication_lag_seconds > $threshold',
    threshold: 5,
    for: '2m',
    severity: 'warning',
    summary: 'The replica {{ $labels.replica }} is {{ $value }} s behind {{ $labels.host }}.',
  },
  {
    name: 'ReplicationSlotHoldsWal',
    metric: 'replication_slot_wal_bytes',
    expr: 'replication_slot_wal_bytes > $threshold',
    threshold: 20 * GB,
    for: '5m',
    severity: 'critical',
    summary:
      '{{ $labels.host }} keeps {{ $value | humanize1024 }}B of WAL for {{ $labels.slot }}: its disk is in danger.',
  },
  {
    name: 'ReplicaDown',
    metric: 'replica_up',
    expr: 'replica_up == 0',
    for: '1m',
    severity: 'critical',
    summary: 'The replica {{ $labels.slot }} of {{ $labels.host }} is not connected: there is no failover.',
  },
];
