import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { serverCertificate } from '../../lib/desired/postgres/certificate.ts';
import { databaseBeside } from '../../lib/desired/postgres/database-beside.ts';
import { POOLED_PORT } from '../../lib/common/layout/postgres.ts';
import { alerts } from './alerts.ts';
import { clientsOf } from './clients.ts';
import { renderFiles } from './files.ts';
import { HEALTH_SCRIPT, METRICS_TIMER, UNIT } from './paths.ts';

const POOL = ['database', 'login'] as const;

/** Debian's PgBouncer beside PostgreSQL: the door by which services come in. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'pgbouncer',
  purpose:
    'shares PostgreSQL’s connections among the services’ transactions; TLS, and no password of its own',
  port: POOLED_PORT,
  packages: ['pgbouncer'],
  unit: UNIT,
  rolling: 'primary-replica',
  health: { command: HEALTH_SCRIPT, startSeconds: 30, stableSeconds: 2 },
  settings: [],
  metrics: [
    {
      name: 'pgbouncer_clients_active',
      type: 'gauge',
      help: 'Clients that a connection of the server is with.',
      labels: POOL,
    },
    {
      name: 'pgbouncer_clients_waiting',
      type: 'gauge',
      help: 'Clients that wait for a connection of the server.',
      labels: POOL,
    },
    {
      name: 'pgbouncer_servers_active',
      type: 'gauge',
      help: 'Connections of the server that a client is with.',
      labels: POOL,
    },
    {
      name: 'pgbouncer_servers_idle',
      type: 'gauge',
      help: 'Connections of the server that wait for a client.',
      labels: POOL,
    },
    {
      name: 'pgbouncer_longest_wait_seconds',
      type: 'gauge',
      help: 'How long the client that has waited longest has waited.',
      labels: POOL,
    },
  ],
  secrets: (scope) => [serverCertificate(scope)],
  clients: (scope) => clientsOf(scope, databaseBeside(scope, 'pgbouncer')),
  // Its metrics are written for node-exporter.
  scrape: [],
  alerts,
  companions: [METRICS_TIMER],
  after: ['postgres'],
  files: renderFiles,
};
