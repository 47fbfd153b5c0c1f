import type { RenderScope } from '../../manifest/manifest.ts';
import type { SecretSpec } from '../../manifest/secret.ts';

/** The certificate's credential on the host. */
export const CERTIFICATE = 'server-certificate';

/**
 * The certificate that PostgreSQL and PgBouncer of one host show: whoever comes in knows it by the host's name or by
 * its address.
 */
export function serverCertificate(scope: Pick<RenderScope, 'host' | 'addressOf'>): SecretSpec {
  const { host, addressOf } = scope;
  return {
    secret: `postgres-certificate-${host.name}`,
    credential: CERTIFICATE,
    kind: 'certificate',
    title: 'PostgreSQL server certificate',
    onChange: 'reload',
    certificate: {
      commonName: host.name,
      names: [host.name, 'localhost'],
      addresses: [addressOf(host), '127.0.0.1'],
      usage: ['server'],
    },
  };
}
