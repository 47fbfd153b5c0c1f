import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { manifest } from '../../../src/platform/prometheus/manifest.ts';
import { manifest as embedder } from '../../../src/services/embedder/manifest.ts';
import { debianTool, runTool } from '../../lib/desired/monitoring/promtool.ts';
import { shippedScope, textOf } from '../../lib/desired/scope/shipped-scope.ts';

const CONFIG = '/etc/prometheus/prometheus.yml';
const promtool = debianTool('promtool');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unde-prometheus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Config {
  global: Record<string, string>;
  alerting: { alertmanagers: { static_configs: { targets: string[] }[] }[] };
  scrape_configs: {
    job_name: string;
    scheme?: string;
    honor_labels?: boolean;
    params?: Record<string, string[]>;
    static_configs: { targets: string[]; labels: Record<string, string> }[];
  }[];
}

/** The embedder, if it spoke TLS. */
const secure: ServiceManifest = { ...embedder, scrape: [{ port: 8003, scheme: 'https', path: '/m' }] };

describe('prometheus.yml', () => {
  it('scrapes every 15 s, tells Alertmanager, and asks the prober for probes', async () => {
    const scope = await shippedScope('prometheus', { context: 'lab' });
    const config = parse(textOf(manifest, scope, CONFIG)) as Config;
    expect(config.global['scrape_interval']).toBe('15s');
    expect(config.alerting.alertmanagers[0]?.static_configs[0]?.targets).toEqual(['127.0.0.1:9093']);
    const job = (name: string) => config.scrape_configs.find(({ job_name }) => job_name === name);
    expect(job('node-exporter')?.honor_labels).toBe(true);
    expect(job('node-exporter')?.static_configs).toContainEqual({
      targets: ['10.2.0.4:9100'],
      labels: {
        host: 'local-redis',
        site: 'local',
        service: 'node-exporter',
        instance: 'local-redis:9100',
      },
    });
    expect(job('ping')?.params).toEqual({ module: ['ping'] });
    expect(job('tls')).toBeUndefined();
  });

  it('brings a certificate to endpoints that ask for one, and has their own looked at', async () => {
    const scope = await shippedScope('prometheus', { context: 'lab', manifests: [secure] });
    const config = parse(textOf(manifest, scope, CONFIG)) as Config;
    expect(config.scrape_configs.find(({ job_name }) => job_name === 'embedder /m https')).toMatchObject({
      scheme: 'https',
      metrics_path: '/m',
      tls_config: { cert_file: '/run/credentials/prometheus.service/prometheus-certificate' },
      static_configs: [{ targets: ['10.1.0.15:8003'], labels: { job: 'embedder', host: 'embedder' } }],
    });
    expect(config.scrape_configs.find(({ job_name }) => job_name === 'tls')?.static_configs).toHaveLength(1);
    expect(textOf(manifest, scope, '/etc/prometheus/unde-authority.pem')).toBe('AUTHORITY');
    const secrets = typeof manifest.secrets === 'function' ? manifest.secrets(scope) : [];
    expect(secrets.map(({ kind }) => kind)).toEqual(['certificate']);
  });

  it.skipIf(promtool === undefined).each([
    ['the fleet', []],
    ['a fleet with TLS', [secure]],
  ])('is a configuration to Prometheus: %s', async (_, manifests) => {
    const file = path.join(folder, 'prometheus.yml');
    await writeFile(
      file,
      textOf(manifest, await shippedScope('prometheus', { context: 'lab', manifests }), CONFIG),
    );
    const { code, said } = await runTool(promtool ?? '', ['check', 'config', '--syntax-only', file]);
    expect(code, said).toBe(0);
  });

  it('listens on loopback, unless somebody who asks it stands elsewhere', async () => {
    const flags = '/etc/default/prometheus';
    expect(textOf(manifest, await shippedScope('prometheus'), flags)).toContain(
      'ARGS="--web.listen-address=127.0.0.1:9090 --storage.tsdb.retention.time=30d"',
    );
    const apart = await shippedScope('prometheus', { placed: { push: ['grafana'] } });
    expect(textOf(manifest, apart, flags)).toContain('--web.listen-address=:9090');
  });
});
