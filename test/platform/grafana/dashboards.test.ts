import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownMetrics } from '../../../src/lib/desired/monitoring/known-metrics.ts';
import { metricsIn } from '../../../src/lib/desired/monitoring/promql.ts';
import { yamlText } from '../../../src/lib/common/text/yaml-text.ts';
import { dashboards } from '../../../src/platform/grafana/files.ts';
import { manifest } from '../../../src/platform/grafana/manifest.ts';
import { debianTool, runTool } from '../../lib/desired/monitoring/promtool.ts';
import { shippedScope, textOf } from '../../lib/desired/scope/shipped-scope.ts';

const scope = await shippedScope('grafana');
const all = dashboards(scope);
const promtool = debianTool('promtool');
const known = knownMetrics(scope.manifests);

interface Rendered {
  uid: string;
  panels: {
    id: number;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: { expr: string }[];
  }[];
}

describe("Grafana's dashboards", () => {
  it('are one a site, and one for each service that says something of itself', () => {
    const uids = all.map(({ uid }) => uid);
    expect(uids.filter((uid) => uid.startsWith('unde-site-'))).toEqual([
      'unde-site-local',
      'unde-site-helsinki',
    ]);
    const talking = scope.manifests.filter(
      ({ metrics, records }) => metrics.length + (records ?? []).length > 0,
    );
    expect(uids.filter((uid) => uid.startsWith('unde-service-'))).toEqual(
      talking.map(({ name }) => `unde-service-${name}`),
    );
    expect(new Set(uids).size).toBe(uids.length);
  });

  it.each(all.map((dashboard) => [dashboard.title, dashboard] as const))(
    '%s asks for metrics that there are',
    (_, { panels }) => {
      const asked = panels.flatMap(({ queries }) => queries.flatMap(({ expr }) => metricsIn(expr)));
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it.each(all.map((dashboard) => [dashboard.uid] as const))(
    '%s has each panel in a place of its own',
    (uid) => {
      const text = textOf(manifest, scope, `/etc/unde/grafana/dashboards/${uid}.json`);
      const { panels } = JSON.parse(text) as Rendered;
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
        expect(x + w).toBeLessThanOrEqual(24);
        return Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`);
      });
      expect(new Set(cells).size).toBe(cells.length);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      for (const panel of panels) if (panel.type !== 'row') expect(panel.targets?.length).toBeGreaterThan(0);
    },
  );

  it.skipIf(promtool === undefined)('ask in PromQL', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'unde-dashboards-'));
    const file = path.join(folder, 'queries.yml');
    const queries = all.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
    const rules = queries.map(({ expr }, index) => ({ record: `query_${index}`, expr }));
    await writeFile(file, yamlText({ groups: [{ name: 'queries', rules }] }));
    const { code, said } = await runTool(promtool ?? '', ['check', 'rules', file]);
    await rm(folder, { recursive: true });
    expect(code, said).toBe(0);
  });

  it('draw the line at which an alert fires', () => {
    const panel = (uid: string, title: string) =>
      all.find((dashboard) => dashboard.uid === uid)?.panels.find((each) => each.title === title);
    expect(panel('unde-service-embedder', 'embedder_inference_latency_ms')?.threshold).toBe(300);
    expect(panel('unde-site-local', 'Disk')?.threshold).toBe(80);
    // A share of requests is no number of errors a second.
    expect(panel('unde-service-embedder', 'embedder_errors')?.threshold).toBeUndefined();
  });
});

describe("Grafana's data source", () => {
  it('is Prometheus, over loopback where they share a host', () => {
    expect(textOf(manifest, scope, '/etc/grafana/provisioning/datasources/unde.yaml')).toContain(
      "url: 'http://127.0.0.1:9090'",
    );
  });
});
