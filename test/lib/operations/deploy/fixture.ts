import type { DeployIdentity } from '../../../../src/lib/operations/deploy/undo-script.ts';
import type { DesiredService } from '../../../../src/lib/desired/service.ts';
import type { Facts, ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';

export const A = 'a'.repeat(64);
export const B = 'b'.repeat(64);
export const C = 'c'.repeat(64);

export const DEPLOY: DeployIdentity = {
  id: '20260301-120000-ab12',
  by: 'tester@bench',
  service: 'hello',
  unit: 'unde-hello.service',
  action: 'deploy',
  hasRelease: true,
  digest: B,
  generation: `${B.slice(0, 60)}9999`,
  abandons: false,
};

export const DESIRED: DesiredService = {
  service: 'hello',
  kind: 'service',
  unit: 'unde-hello.service',
  port: 8099,
  health: { path: '/health', ready: '/ready', startSeconds: 8, stableSeconds: 2 },
  stopSeconds: 5,
  packages: [],
  files: [{ path: '/etc/unde/hello.env', content: 'HELLO=1\n', mode: 0o644 }],
  companions: [],
  secrets: [],
  rolling: 'independent',
  after: [],
  foundation: false,
  release: {
    service: 'hello',
    digest: B,
    files: [{ path: 'main.js', sha256: C, size: 10, mode: 0o644, source: '/nowhere' }],
  },
  digest: B,
  generation: DEPLOY.generation,
};

export function serviceFacts(parts: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    name: 'hello',
    digest: undefined,
    generation: undefined,
    releases: [],
    confirmed: [],
    bad: [],
    pending: undefined,
    lock: undefined,
    unit: undefined,
    health: undefined,
    ready: undefined,
    portHolder: undefined,
    ...parts,
  };
}

export function hostFacts(service: ServiceFacts, parts: Partial<Facts> = {}): Facts {
  return {
    host: {
      hostname: 'scraper',
      os: 'Debian',
      kernel: '6.1',
      arch: 'x86_64',
      bootId: 'boot',
      now: 1_772_366_400,
      uptimeSeconds: 100,
      cpus: 2,
      load1: 0,
      cpuBusy: undefined,
      memoryTotalBytes: 8 << 20,
      memoryAvailableBytes: 4 << 20,
      diskTotalBytes: 40e9,
      diskAvailableBytes: 30e9,
    },
    services: [service],
    files: [],
    packages: {},
    missingBlobs: [],
    ledger: [],
    otherServices: [],
    ...parts,
  };
}
