import type { MetricSpec } from '../../lib/manifest/metric.ts';
import type { Database } from '../../lib/manifest/endpoints/database.ts';

/** A query of ours beside the exporter's own; each value becomes the metric `<name>_<value>`. */
interface Query {
  readonly name: string;
  readonly sql: string;
  /** Columns that tell series apart. */
  readonly labels?: readonly string[];
  /** Columns that are values, with what they are. */
  readonly values: Readonly<Record<string, string>>;
  /** For how long an answer is good, where finding it costs something. */
  readonly cacheSeconds?: number;
}

/** What is asked of every server. */
const EVERYWHERE: readonly Query[] = [
  {
    name: 'pg_checksum',
    sql: 'SELECT datname, checksum_failures AS failures FROM pg_stat_database WHERE datname IS NOT NULL AND checksum_failures IS NOT NULL',
    labels: ['datname'],
    values: { failures: 'Pages that were read and did not match their checksum.' },
  },
  {
    name: 'replication_lag',
    sql: 'SELECT application_name AS replica, coalesce(extract(epoch FROM replay_lag), 0) AS seconds FROM pg_stat_replication',
    labels: ['replica'],
    values: { seconds: 'How far a replica is behind in applying what it was sent.' },
  },
  {
    name: 'replication_slot',
    sql: 'SELECT slot_name AS slot, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0) AS wal_bytes FROM pg_replication_slots WHERE NOT pg_is_in_recovery()',
    labels: ['slot'],
    values: { wal_bytes: 'WAL that is kept for a replica that has not fetched it.' },
  },
  {
    name: 'replica',
    sql: "SELECT slot_name AS slot, active::int AS up FROM pg_replication_slots WHERE slot_type = 'physical' AND NOT temporary AND NOT pg_is_in_recovery()",
    labels: ['slot'],
    values: { up: '1 while the replica that a slot is for is connected.' },
  },
];

const OF_DATABASE: Readonly<Record<Database, readonly Query[]>> = {
  production: [
    {
      name: 'sku_image_embeddings',
      // The size of a partitioned index is 0: what counts is the sum over its parts.
      sql: `SELECT (SELECT count(*) FROM sku_image_embeddings) AS count,
  (SELECT coalesce(sum(pg_relation_size(i.indexrelid)), 0)
   FROM pg_partition_tree('sku_image_embeddings') t
   JOIN pg_index i ON i.indrelid = t.relid JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
   WHERE m.amname = 'hnsw') AS hnsw_size_bytes`,
      values: {
        count: 'Photos of SKUs that have an embedding.',
        hnsw_size_bytes: 'Size of the index of embeddings, summed over its partitions.',
      },
      cacheSeconds: 60,
    },
  ],
  staging: [
    {
      name: 'collage_queue',
      sql: "SELECT count(*) AS size FROM collage_queue WHERE status IN ('pending', 'processing')",
      values: { size: 'Collages that are waited for.' },
    },
  ],
};

/** The queries of the host that has a database. */
function queriesOf(database: Database): readonly Query[] {
  return [...EVERYWHERE, ...OF_DATABASE[database]];
}

/** Renders the exporter's file of further queries, which is YAML; JSON is YAML too. */
export function renderQueries(database: Database): string {
  const file = Object.fromEntries(
    queriesOf(database).map(({ name, sql, labels = [], values, cacheSeconds }) => [
      name,
      {
        query: sql.replaceAll(/\s+/g, ' '),
        master: true,
        cache_seconds: cacheSeconds,
        metrics: [
          ...labels.map((label) => ({ [label]: { usage: 'LABEL', description: label } })),
          ...Object.entries(values).map(([value, description]) => ({
            [value]: { usage: 'GAUGE', description },
          })),
        ],
      },
    ]),
  );
  return `# Rendered by unde; changes made here are drift.\n${JSON.stringify(file, undefined, 2)}\n`;
}

/** The metrics that the queries of all databases make. */
export function queryMetrics(): MetricSpec[] {
  return [...EVERYWHERE, ...Object.values(OF_DATABASE).flat()].flatMap(({ name, labels, values }) =>
    Object.entries(values).map(([value, help]): MetricSpec => ({
      name: `${name}_${value}`,
      type: 'gauge',
      help,
      labels,
    })),
  );
}
