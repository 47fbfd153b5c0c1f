import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { alerts } from './alerts.ts';
import { CERTIFICATE, speaksTls } from './config.ts';
import { prometheusFiles } from './files.ts';
import { metrics } from './metrics.ts';

/** Prometheus from Debian: asks every exporter of the fleet, keeps what they say, and decides what is an alert. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'prometheus',
  purpose: "keeps the fleet's metrics and decides what is an alert",
  port: 9090,
  packages: ['prometheus'],
  unit: 'prometheus.service',
  rolling: 'independent',
  // After a kill it first reads the log of the last two to three hours again.
  health: { path: '/-/healthy', ready: '/-/ready', startSeconds: 180, stableSeconds: 4 },
  after: ['alertmanager', 'blackbox-exporter', 'node-exporter'],
  metrics,
  settings: [
    {
      variable: 'RETENTION_DAYS',
      key: 'retention_days',
      type: 'integer',
      default: 30,
      minimum: 1,
      maximum: 3650,
      purpose: 'for how many days metrics are kept',
    },
    {
      variable: 'RUNBOOKS',
      key: 'runbooks',
      type: 'string',
      default: 'docs/runbooks',
      purpose: "where the alerts' runbooks are read: the URL of docs/runbooks, for links in messages",
    },
  ],
  secrets: (scope) =>
    speaksTls(scope)
      ? [
          {
            secret: CERTIFICATE,
            kind: 'certificate',
            title: 'Prometheus client certificate',
            certificate: { commonName: 'prometheus', names: [], addresses: [], usage: ['client'] },
          },
        ]
      : [],
  clients: [{ service: 'grafana' }],
  alerts,
  files: prometheusFiles,
};
