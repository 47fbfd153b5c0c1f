import { describe, expect, it } from 'vitest';
import { declaredPaths, pathsTo, type DeclaredPath } from '../../../../src/lib/desired/network/paths.ts';
import type { ServiceManifest } from '../../../../src/lib/manifest/manifest.ts';
import { MANIFESTS, networkScope } from './network-scope.ts';

function text({ service, to, port, protocol, from, why }: DeclaredPath): string {
  const who = typeof from === 'string' ? from : from.map(({ name }) => name).join('+');
  return `${who} > ${to.name}:${port}/${protocol} ${service} (${why})`;
}

describe('declaredPaths', () => {
  it('lists who may connect to whom: clients by placement, scrapes, tunnels, and what is planned', () => {
    expect(declaredPaths(networkScope('firewall', 'db')).map(text)).toMatchInlineSnapshot(`
      [
        "internet > app:443/tcp web (planned)",
        "watch > app:9100/tcp node-exporter (metrics: prometheus)",
        "worker+app > cache:6379/tcp store (clients: worker, web)",
        "watch > cache:9100/tcp node-exporter (metrics: prometheus)",
        "internet > gateway:51820/udp wireguard (anybody)",
        "internet > gateway:51827/udp wireguard (anybody)",
        "watch > gateway:9100/tcp node-exporter (metrics: prometheus)",
        "worker+app > db:6379/tcp store (clients: worker, web)",
        "fleet > db:8000/tcp posts (planned)",
        "watch > db:9100/tcp node-exporter (metrics: prometheus)",
        "watch > worker:9100/tcp node-exporter (metrics: prometheus)",
        "fleet > watch:9090/tcp prometheus (planned)",
      ]
    `);
  });

  it('knows only the hosts that there are', () => {
    const scope = networkScope('firewall', 'db', { hosts: ['db', 'app'] });
    expect(declaredPaths(scope).map(text)).toMatchInlineSnapshot(`
      [
        "internet > app:443/tcp web (planned)",
        "app > db:6379/tcp store (clients: worker, web)",
        "fleet > db:8000/tcp posts (planned)",
      ]
    `);
  });

  it('takes clients on one port together, and the widest of them counts', () => {
    const [, , , store] = MANIFESTS;
    if (store === undefined) throw new Error('the fixture changed');
    const clients = [
      { service: 'worker' },
      { service: 'web', port: 7000 },
      { everybody: true as const, port: 7000 },
      { internet: true as const, port: 53, protocol: 'udp' as const },
      { everybody: true as const, port: 7001 },
      { internet: true as const, port: 7001 },
    ];
    const scope = networkScope('firewall', 'db', {
      manifests: [...MANIFESTS.slice(0, 3), { ...store, clients }],
    });
    expect(pathsTo(scope, scope.host).map(text)).toEqual([
      'worker > db:6379/tcp store (clients: worker)',
      'fleet > db:7000/tcp store (every host)',
      'internet > db:53/udp store (anybody)',
      'internet > db:7001/tcp store (anybody)',
      'fleet > db:8000/tcp posts (planned)',
      'watch > db:9100/tcp node-exporter (metrics: prometheus)',
    ]);
  });

  it('lets the probes reach our own services, and what is scraped over TLS', () => {
    const worker: ServiceManifest = {
      kind: 'service',
      name: 'worker',
      purpose: 'work',
      port: 8100,
      health: { path: '/health', ready: '/ready', startSeconds: 1, stableSeconds: 1 },
      limits: { stopSeconds: 1, watchdogSeconds: 1 },
      metrics: [],
      settings: [],
      scrape: [{ port: 8101, scheme: 'https' }],
      workers: [],
      nativeModules: [],
      assets: [],
    };
    const scope = networkScope('firewall', 'worker', {
      inventory: [['services: [prometheus]', 'services: [prometheus, blackbox-exporter]']],
      manifests: [...MANIFESTS, worker],
    });
    expect(
      pathsTo(scope, scope.host)
        .filter(({ service }) => service === 'worker')
        .map(text),
    ).toEqual([
      'watch > worker:8101/tcp worker (metrics: prometheus)',
      'watch > worker:8101/tcp worker (probes: blackbox-exporter)',
      'watch > worker:8100/tcp worker (probes: blackbox-exporter)',
    ]);
  });
});
