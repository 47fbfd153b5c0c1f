import { jobAlerts, jobMetrics } from '../../lib/desired/units/job-metrics.ts';
import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { alerts, records } from './alerts.ts';
import { renderDefaults } from './defaults.ts';
import { metrics } from './metrics.ts';
import { REBOOT_TIMER, rebootNeededFiles } from './reboot-needed.ts';

/** Prometheus' node-exporter from Debian: CPU, memory, disks and network of every host. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'node-exporter',
  purpose: 'metrics of the machine itself, for Prometheus',
  port: 9100,
  packages: ['prometheus-node-exporter'],
  unit: 'prometheus-node-exporter.service',
  rolling: 'independent',
  health: { path: '/', ready: '/', startSeconds: 20, stableSeconds: 2 },
  metrics: [...metrics, ...jobMetrics],
  // What jobs and tunnels leave as text says itself what it is about.
  scrape: [{ port: 9100, honorLabels: true }],
  records,
  alerts: [...alerts, ...jobAlerts],
  companions: [REBOOT_TIMER],
  settings: [
    {
      variable: 'COLLECTORS_OFF',
      key: 'collectors_off',
      type: 'list',
      default: [
        'arp',
        'bcache',
        'bonding',
        'btrfs',
        'fibrechannel',
        'infiniband',
        'ipvs',
        'mdadm',
        'nfs',
        'nfsd',
        'tapestats',
        'xfs',
        'zfs',
      ],
      purpose: 'collectors that are switched off, since no host has what they look at',
    },
  ],
  files: (scope) => [...renderDefaults(scope), ...rebootNeededFiles()],
};
