import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { databaseBeside } from '../../lib/desired/postgres/database-beside.ts';
import { databaseName } from '../../lib/manifest/endpoints/database.ts';
import { SOCKETS } from '../../lib/common/layout/postgres.ts';
import { renderQueries } from './queries.ts';

const RENDERED = '# Rendered by unde; changes made here are drift.';

/** Where the exporter finds our queries. */
const QUERIES = '/etc/prometheus/unde-postgres-queries.yml';

/** Renders everything that the exporter has on a host. It comes in as its user on the host, so that there is no password. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  const database = databaseBeside(scope, 'postgres-exporter');
  return [
    {
      path: '/etc/default/prometheus-postgres-exporter',
      content: `${RENDERED}
DATA_SOURCE_NAME='user=monitoring host=${SOCKETS} dbname=${databaseName(database)} application_name=postgres-exporter'
ARGS="--web.listen-address=:9187 --extend.query-path=${QUERIES} --config.file=/dev/null --log.level=warn"
`,
      mode: 0o644,
    },
    { path: QUERIES, content: renderQueries(database), mode: 0o644 },
    {
      path: '/etc/systemd/system/prometheus-postgres-exporter.service.d/unde.conf',
      content: `${RENDERED}
[Unit]
After=unde-postgres.service
StartLimitIntervalSec=0

[Service]
RestartSec=1
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
MemoryMax=256M
`,
      mode: 0o644,
    },
  ];
}
