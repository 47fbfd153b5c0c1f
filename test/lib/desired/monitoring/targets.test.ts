import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { probes } from '../../../../src/lib/desired/monitoring/probes.ts';
import { scrapeTargets } from '../../../../src/lib/desired/monitoring/targets.ts';
import { hasManifest } from '../../../../src/registry.ts';
import { inventory, shippedScope } from '../scope/shipped-scope.ts';

const spec = parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/spec/hosts.yaml'), 'utf8'),
) as { prometheus_targets: Record<string, string[]> };

/** Who answers on a port of the operators' lists. */
const PORTS: Readonly<Record<string, string>> = {
  '9100': 'node-exporter',
  '9121': 'redis-exporter',
  '9187': 'postgres-exporter',
  '2379': 'etcd',
  '8001': 'ximilar-gw',
  '8002': 'llm-reranker',
  '8003': 'embedder',
  '8004': 'embed-batch',
};

/** Where PostgreSQL comes with Patroni, its exporter waits for that. */
const WAITS_FOR: Readonly<Record<string, string>> = {
  '10.2.0.10:9187': 'patroni',
  '10.1.1.10:9187': 'patroni',
};

describe('scrapeTargets', () => {
  it("has every target of the operators' lists whose service is built", async () => {
    const scope = await shippedScope('prometheus', { context: 'lab' });
    const addresses = new Set(scrapeTargets(scope).map(({ address }) => address));
    const listed = Object.values(spec.prometheus_targets).flat();
    const built = listed.filter((target) =>
      [WAITS_FOR[target], PORTS[target.split(':')[1] ?? '']].every(
        (service) => service === undefined || hasManifest(service),
      ),
    );
    expect(built.length).toBeGreaterThanOrEqual(24);
    expect(built.filter((target) => !addresses.has(target))).toEqual([]);
  });

  it('has the hosts that those lists forgot, and asks its own over loopback', async () => {
    const targets = scrapeTargets(await shippedScope('prometheus', { context: 'lab' }));
    const address = (host: string) =>
      targets.find(({ job, labels }) => job === 'node-exporter' && labels.host === host)?.address;
    expect(address('model-generator')).toBe('10.1.0.5:9100');
    expect(address('tryon-service')).toBe('10.1.0.6:9100');
    expect(address('monitoring')).toBe('127.0.0.1:9100');
    const hosts = new Set(
      targets.filter(({ job }) => job === 'node-exporter').map(({ labels }) => labels.host),
    );
    expect(inventory.hosts.filter(({ name }) => !hosts.has(name))).toEqual([]);
  });

  it('says of each whose it is', async () => {
    const targets = scrapeTargets(await shippedScope('prometheus', { context: 'lab' }));
    expect(targets.find(({ job }) => job === 'embedder')).toEqual({
      job: 'embedder',
      address: '10.1.0.15:8003',
      path: '/metrics',
      scheme: 'http',
      honorLabels: false,
      labels: { host: 'embedder', site: 'helsinki', service: 'embedder', instance: 'embedder:8003' },
    });
  });

  it('leaves out what is still to be created in production, since it is not dead', async () => {
    const hosts = new Set(scrapeTargets(await shippedScope('prometheus')).map(({ labels }) => labels.host));
    const exists = inventory.hosts.filter(({ status }) => status !== 'create').map(({ name }) => name);
    expect([...hosts].sort()).toEqual(exists.sort());
  });

  it('knows only the hosts that there are', async () => {
    const scope = await shippedScope('prometheus', { context: 'lab', hosts: ['monitoring', 'embedder'] });
    const hosts = scrapeTargets(scope).map(({ labels }) => labels.host);
    expect(new Set(hosts)).toEqual(new Set(['monitoring', 'embedder']));
  });
});

describe('probes', () => {
  it('pings every host, and asks each of our services whether it is ready', async () => {
    const all = probes(await shippedScope('prometheus', { context: 'lab' }));
    expect(all.filter(({ kind }) => kind === 'ping')).toHaveLength(inventory.hosts.length);
    expect(all.find(({ labels }) => labels.service === 'embedder')).toMatchObject({
      kind: 'ready',
      target: 'http://10.1.0.15:8003/ready',
    });
  });
});
