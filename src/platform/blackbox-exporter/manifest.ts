import type { AlertSpec } from '../../lib/manifest/alert.ts';
import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { blackboxFiles } from './files.ts';

const alerts: readonly AlertSpec[] = [
  {
    name: 'ServiceNotReady',
    metric: 'probe_success',
    expr: 'probe_success{job="ready"} == 0',
    for: '1m',
    severity: 'critical',
    about: 'series',
    summary: '{{ $labels.service }} on {{ $labels.host }} is not ready to serve.',
  },
  {
    name: 'CertificateExpires',
    metric: 'certificate_days_left',
    expr: 'certificate_days_left < $threshold',
    threshold: 30,
    for: '15m',
    severity: 'warning',
    about: 'series',
    summary: 'The certificate of {{ $labels.instance }} expires in {{ $value | humanize }} days.',
  },
];

/** Prometheus' blackbox exporter from Debian: tries from outside what the services say of themselves. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'blackbox-exporter',
  purpose: 'tries hosts, /ready of our services, and certificates from the monitoring host',
  port: 9115,
  packages: ['prometheus-blackbox-exporter'],
  unit: 'prometheus-blackbox-exporter.service',
  rolling: 'independent',
  health: { path: '/-/healthy', ready: '/-/healthy', startSeconds: 20, stableSeconds: 2 },
  metrics: [
    { name: 'probe_success', type: 'gauge', help: '1 where what was tried works: ping, ready, tls.' },
    { name: 'probe_duration_seconds', type: 'gauge', help: 'How long it took.' },
    { name: 'probe_http_status_code', type: 'gauge', help: 'What /ready answered; 0: nothing.' },
    {
      name: 'probe_ssl_earliest_cert_expiry',
      type: 'gauge',
      help: 'When the first certificate of the chain expires, in seconds since the epoch.',
    },
  ],
  records: [
    {
      name: 'certificate_days_left',
      expr: '(probe_ssl_earliest_cert_expiry - time()) / 86400',
      help: 'Days until the certificate of an endpoint expires.',
    },
  ],
  settings: [],
  clients: [{ service: 'prometheus' }],
  alerts,
  files: blackboxFiles,
};
