import { CONFIGURATION, DATA, PORT, RUN, SOCKETS, VERSION } from '../../common/layout/postgres.ts';
import { exactSize } from '../../common/text/size.ts';
import { memorySettings } from './memory.ts';

/** What of a cluster's configuration depends on where it stands. */
export interface ClusterSpec {
  /** The host's memory in MB. */
  readonly memory: number;
  /** Addresses that it listens on besides its unix socket. */
  readonly listen: readonly string[];
  /** IANA time zone of the log's times. */
  readonly timeZone: string;
}

/** Connections that the server takes; PgBouncer keeps below it. */
export const MAX_CONNECTIONS = 100;

/** Lines of postgresql.conf by what they are about. */
type Section = readonly [title: string, parameters: Readonly<Record<string, string | number>>];

/**
 * Renders postgresql.conf, whole: nothing is left to what a package or an earlier administrator wrote. The figures
 * of SYSTEM.md for a shard of 32 GB are what the rule gives for 32 GB.
 */
export function renderParameters(spec: ClusterSpec): string {
  const lines = sections(spec).flatMap(([title, parameters]) => [
    '',
    `# ${title}`,
    ...Object.entries(parameters).map(([name, value]) => `${name} = ${literal(value)}`),
  ]);
  return ['# Rendered by unde; changes made here are drift.', ...lines, ''].join('\n');
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

function sections(spec: ClusterSpec): Section[] {
  const memory = memorySettings(spec.memory, MAX_CONNECTIONS);
  return [
    [
      'Files and connections',
      {
        cluster_name: `${VERSION}/main`,
        data_directory: DATA,
        hba_file: `${CONFIGURATION}/pg_hba.conf`,
        ident_file: `${CONFIGURATION}/pg_ident.conf`,
        external_pid_file: `${SOCKETS}/${VERSION}-main.pid`,
        unix_socket_directories: SOCKETS,
        listen_addresses: spec.listen.join(', '),
        port: PORT,
        max_connections: MAX_CONNECTIONS,
        // For who watches and who lets others in, beside the three that are the administrator's.
        reserved_connections: 5,
        tcp_keepalives_idle: 30,
        tcp_keepalives_interval: 10,
        tcp_keepalives_count: 3,
        // A query whose client has gone is given up within seconds.
        client_connection_check_interval: '5s',
        // What is set otherwise than here would be drift that no file shows.
        allow_alter_system: 'off',
      },
    ],
    [
      'Who may come in',
      {
        password_encryption: 'scram-sha-256',
        ssl: 'on',
        ssl_cert_file: `${RUN}/server.pem`,
        ssl_key_file: `${RUN}/server.pem`,
        ssl_min_protocol_version: 'TLSv1.2',
      },
    ],
    [
      `Memory, by the rule of docs/databases.md for ${exactSize(spec.memory)}`,
      {
        shared_buffers: exactSize(memory.sharedBuffers),
        effective_cache_size: exactSize(memory.effectiveCacheSize),
        work_mem: exactSize(memory.workMem),
        maintenance_work_mem: exactSize(memory.maintenanceWorkMem),
        wal_buffers: exactSize(memory.walBuffers),
        huge_pages: 'try',
        temp_file_limit: '10GB',
      },
    ],
    [
      'Disks: SSD everywhere',
      { random_page_cost: 1.1, seq_page_cost: '1.0', effective_io_concurrency: 200, jit: 'off' },
    ],
    [
      'WAL: what is acknowledged is on the disk',
      {
        fsync: 'on',
        full_page_writes: 'on',
        synchronous_commit: 'on',
        wal_level: 'replica',
        wal_compression: 'lz4',
        max_wal_size: '2GB',
        checkpoint_timeout: '10min',
        max_wal_senders: 5,
        max_replication_slots: 5,
      },
    ],
    ['Upkeep', { autovacuum_vacuum_scale_factor: 0.05, autovacuum_analyze_scale_factor: 0.02 }],
    [
      'Sessions: what each role may take is set with its role; these hold for operators too',
      { idle_in_transaction_session_timeout: '15min', timezone: 'UTC' },
    ],
    [
      'The log goes to the journal; values of queries never do',
      {
        log_destination: 'stderr',
        log_timezone: spec.timeZone,
        log_line_prefix: '[%p] %q%u@%d %a ',
        log_min_duration_statement: '1s',
        log_parameter_max_length: 0,
        log_parameter_max_length_on_error: 0,
        log_checkpoints: 'on',
        log_lock_waits: 'on',
        log_temp_files: '64MB',
        log_autovacuum_min_duration: '30s',
      },
    ],
    [
      'What is measured',
      {
        shared_preload_libraries: 'pg_stat_statements',
        'pg_stat_statements.track_utility': 'off',
        track_io_timing: 'on',
      },
    ],
  ];
}
