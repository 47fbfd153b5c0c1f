import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { ADMIN_PASSWORD, grafanaFiles } from './files.ts';

/** Grafana, from an apt source that the operator configures: dashboards of sites and services, drawn from manifests. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'grafana',
  purpose: 'dashboards of sites and services',
  port: 3000,
  packages: ['grafana'],
  packageSource:
    'Grafana is not in Debian: configure an apt source that has it (docs/monitoring.md), run apt-get update, and deploy again',
  unit: 'grafana-server.service',
  rolling: 'independent',
  health: { path: '/api/health', ready: '/api/health', startSeconds: 90, stableSeconds: 4 },
  after: ['prometheus'],
  metrics: [],
  settings: [],
  secrets: [{ secret: ADMIN_PASSWORD, kind: 'password', title: 'Grafana admin password' }],
  // Operators come by SSH.
  clients: [],
  files: grafanaFiles,
};
