import type { PlatformManifest, ServiceManifest } from '../../../src/lib/manifest/manifest.ts';

/** One of ours, with the least that a manifest must say. */
export function ours(parts: Partial<ServiceManifest> = {}): ServiceManifest {
  return {
    kind: 'service',
    name: 'greeter',
    purpose: 'greets whoever asks',
    port: 8099,
    health: { path: '/health', ready: '/ready', startSeconds: 15, stableSeconds: 2 },
    limits: { stopSeconds: 5, watchdogSeconds: 10 },
    workers: [],
    nativeModules: [],
    assets: [],
    metrics: [],
    settings: [],
    ...parts,
  };
}

/** A third party's, with one file. */
export function theirs(parts: Partial<PlatformManifest> = {}): PlatformManifest {
  return {
    kind: 'platform',
    name: 'mailer',
    purpose: 'sends mail',
    port: 25,
    packages: ['mailer-daemon'],
    unit: 'mailer.service',
    rolling: 'independent',
    health: { command: 'true', startSeconds: 10, stableSeconds: 2 },
    metrics: [],
    settings: [],
    files: ({ host }) => [{ path: '/etc/mailer.conf', content: `name ${host.name}\n`, mode: 0o640 }],
    ...parts,
  };
}

/** Two hosts; both services are placed on each. */
export const FLEET = `
time_zone: Europe/Helsinki
sites:
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    hosts:
      one: { id: H1, address: 10.1.0.4, status: running, task: first, services: [greeter, mailer] }
      two: { id: H2, address: 10.1.0.5, status: running, task: second, services: [mailer, greeter, later] }
planned: { later: {} }
`;
