import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const embedder = { ...target('embedder', 'embedder', 8003), job: 'ready' };
const etcd = { ...target('etcd-2', 'etcd', 2379), job: 'tls' };

export const cases: Readonly<Record<string, AlertCase>> = {
  ServiceNotReady: {
    silent: {
      [of('probe_success', embedder)]: '1',
      [of('probe_success', { ...embedder, job: 'ping' })]: '0',
    },
    firing: { [of('probe_success', embedder)]: '0' },
    says: 'embedder on embedder is not ready to serve.',
    labels: labelsOf(embedder),
    service: 'embedder',
  },
  CertificateExpires: {
    // promtool's time begins at 0: the expiry stands a little more, and a little less, than thirty days away.
    silent: { [of('probe_ssl_earliest_cert_expiry', etcd)]: '2600000' },
    firing: { [of('probe_ssl_earliest_cert_expiry', etcd)]: '2160000' },
    says: 'The certificate of etcd-2:2379 expires in 24.98 days.',
    labels: labelsOf(etcd),
    service: 'etcd',
  },
};
