import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { knownMetrics } from '../../../../src/lib/desired/monitoring/known-metrics.ts';
import { metricsIn } from '../../../../src/lib/desired/monitoring/promql.ts';
import { allManifests, hasManifest } from '../../../../src/registry.ts';

const manifests = await allManifests();
const known = knownMetrics(manifests);
const alerts = manifests.flatMap((manifest) => manifest.alerts ?? []);
const exposed = new Set(
  manifests.flatMap(({ metrics, records }) => [...metrics, ...(records ?? [])].map(({ name }) => name)),
);

const spec = parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/spec/metrics.yaml'), 'utf8'),
) as { metrics: { name: string; source: string; alert: string | null }[] };

/** Who produces a metric of the operators' table that is not produced yet, where its source does not say so. */
const PRODUCER: Readonly<Record<string, string>> = {
  llm_orchestrator_queue_size: 'local-orchestrator',
  hnsw_index_size_bytes: 'patroni',
  local_shard_cache_hit_ratio: 'patroni',
  basebackup_last_age_hours: 'pgbackrest',
  local_snapshot_age_hours: 'pgbackrest',
  pgbackrest_last_full_age_hours: 'pgbackrest',
  persona_temp_blocks_active: 'local-persona',
  hybrid_search_latency_ms: 'local-orchestrator',
  memory_snippet_null_rate: 'local-orchestrator',
  user_knowledge_decrypt_errors: 'local-orchestrator',
  user_knowledge_decrypt_latency_ms: 'local-orchestrator',
  unde_snippet_cache_hit_ratio: 'local-orchestrator',
  unde_orphan_messages_total: 'local-orchestrator',
  unde_forget_cascade_snippets_nullified_total: 'local-orchestrator',
  unde_forget_cascade_knowledge_deactivated_total: 'local-orchestrator',
  shard_routing_cache_miss_rate: 'local-app',
  catalog_cache_hit_ratio: 'local-orchestrator',
};

describe("the operators' table of metrics", () => {
  it.each(spec.metrics.map((metric) => [metric.name, metric] as const))(
    '%s: is there with its alert, or its service is not built yet',
    (name, { source, alert }) => {
      if (exposed.has(name)) {
        // One that is off until the operator sets its threshold is as good as none.
        const watched = alerts.some(({ metric, threshold }) => metric === name && threshold !== null);
        expect(watched, `${name} has the alert "${alert}" in the table, and none here`).toBe(alert !== null);
        return;
      }
      const producer = PRODUCER[name] ?? source;
      expect(hasManifest(producer), `${producer} is built now, and does not expose ${name}`).toBe(false);
    },
  );

  it('is waited for only where something is missing', () => {
    const listed = new Set(spec.metrics.map(({ name }) => name));
    expect(Object.keys(PRODUCER).filter((name) => exposed.has(name) || !listed.has(name))).toEqual([]);
  });
});

describe('alerts and recorded metrics', () => {
  it.each(alerts.map((alert) => [alert.name, alert] as const))(
    '%s asks for metrics that there are',
    (_, alert) => {
      expect(metricsIn(alert.expr).filter((name) => !known.has(name))).toEqual([]);
      expect(known.has(alert.metric) || exposed.has(alert.metric), alert.metric).toBe(true);
    },
  );

  it.each(
    manifests.flatMap(({ records }) => (records ?? []).map((record) => [record.name, record] as const)),
  )('%s is recorded from metrics that there are', (_, { expr }) => {
    expect(metricsIn(expr).filter((name) => !known.has(name))).toEqual([]);
  });

  it('have names of their own', () => {
    const names = alerts.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
