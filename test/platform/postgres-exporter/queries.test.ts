import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { queryMetrics, renderQueries } from '../../../src/platform/postgres-exporter/queries.ts';

interface Query {
  readonly query: string;
  readonly metrics: readonly Record<string, { usage: string; description: string }>[];
}

const read = (database: 'production' | 'staging') =>
  parse(renderQueries(database)) as Readonly<Record<string, Query>>;

describe("the exporter's queries", () => {
  it('make the operators’ metrics by their names, each for the database that has them', () => {
    const names = (database: 'production' | 'staging') =>
      Object.entries(read(database)).flatMap(([name, { metrics }]) =>
        metrics.flatMap((each) =>
          Object.entries(each)
            .filter(([, { usage }]) => usage === 'GAUGE')
            .map(([value]) => `${name}_${value}`),
        ),
      );
    expect(names('production')).toContain('sku_image_embeddings_count');
    expect(names('production')).toContain('sku_image_embeddings_hnsw_size_bytes');
    expect(names('staging')).toContain('collage_queue_size');
    expect(names('staging')).not.toContain('sku_image_embeddings_count');
    for (const metric of ['replication_lag_seconds', 'replication_slot_wal_bytes', 'replica_up']) {
      expect(names('staging')).toContain(metric);
    }
    expect(
      queryMetrics()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...new Set([...names('production'), ...names('staging')])].sort());
  });

  it('name in their statements every column that they say they have', () => {
    for (const { query, metrics } of [
      ...Object.values(read('production')),
      ...Object.values(read('staging')),
    ]) {
      for (const column of metrics.flatMap((each) => Object.keys(each))) {
        expect(query, column).toMatch(new RegExp(String.raw`(\bAS ${column}\b)|(SELECT ${column}\b)`));
      }
    }
  });
});
