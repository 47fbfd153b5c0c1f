import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { serverCertificate } from '../../lib/desired/postgres/certificate.ts';
import { verifierSecrets } from '../../lib/desired/postgres/consumer.ts';
import { PORT } from '../../lib/common/layout/postgres.ts';
import { clusterOf } from './cluster.ts';
import { renderFiles } from './files.ts';
import { postgresJobs } from './jobs.ts';
import { HEALTH_SCRIPT, UNIT } from './paths.ts';

/** PostgreSQL 17 with pgvector: one cluster, one database. Services reach it through PgBouncer beside it. */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'postgres',
  purpose: 'PostgreSQL 17 with pgvector; the host’s setting says which database',
  port: PORT,
  packages: ['postgresql-17', 'postgresql-17-pgvector'],
  packageHint:
    'Ubuntu 24.04 has PostgreSQL 16: configure an apt source that has 17, such as apt.postgresql.org (docs/databases.md), and deploy again',
  unit: UNIT,
  rolling: 'primary-replica',
  health: { command: HEALTH_SCRIPT, startSeconds: 120, stableSeconds: 3 },
  settings: [
    {
      variable: 'DATABASE',
      key: 'database',
      type: 'string',
      default: '',
      purpose: 'which database the host has: production or staging',
    },
    {
      variable: 'MEMORY_MB',
      key: 'memory_mb',
      type: 'integer',
      default: 0,
      minimum: 0,
      purpose: 'the memory that PostgreSQL may reckon with; 0 takes what the inventory says of the host',
    },
  ],
  metrics: [
    {
      name: 'unde_postgres_setup_ok',
      type: 'gauge',
      help: '1 when the database and its logins are what they should be.',
    },
    {
      name: 'unde_database_info',
      type: 'gauge',
      help: '1 for the database that this host has.',
      labels: ['database', 'directory'],
    },
  ],
  secrets: (scope) => [serverCertificate(scope), ...verifierSecrets(clusterOf(scope).consumers)],
  jobs: postgresJobs,
  // Nobody: services come in by PgBouncer, operators over SSH.
  clients: [],
  // It speaks no HTTP; postgres-exporter and node-exporter speak for it.
  scrape: [],
  files: renderFiles,
};
