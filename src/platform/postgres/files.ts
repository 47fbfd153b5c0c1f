import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { renderCertificateScript } from '../../lib/desired/postgres/certificate-script.ts';
import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { CONFIGURATION, DATA, RUN } from '../../lib/common/layout/postgres.ts';
import { renderParameters } from '../../lib/desired/postgres/parameters.ts';
import { renderHba, renderIdent } from './access.ts';
import { clusterOf } from './cluster.ts';
import { renderClusterScript } from './cluster-script.ts';
import { renderClusterSql } from './cluster-sql.ts';
import { renderDatabaseSql } from './database-sql.ts';
import { renderHealthScript } from './health-script.ts';
import {
  CERTIFICATE_SCRIPT,
  CLUSTER_SCRIPT,
  CLUSTER_SQL,
  DATABASE_SQL,
  HEALTH_SCRIPT,
  SETUP_SCRIPT,
  START_CONF,
  SYSCTL,
  UNIT,
} from './paths.ts';
import { renderSetupScript } from './setup-script.ts';
import { renderUnit } from './unit.ts';

const RENDERED = '# Rendered by unde; changes made here are drift.';

/** Renders everything that PostgreSQL has on a host. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  const { database, memory, consumers } = clusterOf(scope);
  const { host, inventory } = scope;
  return [
    text(`/etc/systemd/system/${UNIT}`, renderUnit()),
    text(
      `${CONFIGURATION}/postgresql.conf`,
      renderParameters({ memory, listen: ['localhost'], timeZone: inventory.timeZone }),
    ),
    text(`${CONFIGURATION}/pg_hba.conf`, renderHba(database)),
    text(`${CONFIGURATION}/pg_ident.conf`, renderIdent(host.ssh.user)),
    // Debian's units leave the cluster alone.
    text(START_CONF, 'disabled\n'),
    text(SYSCTL, renderSysctl(host.hugePages)),
    script(CLUSTER_SCRIPT, renderClusterScript()),
    script(CERTIFICATE_SCRIPT, renderCertificateScript('postgres', 'postgres', RUN)),
    script(SETUP_SCRIPT, renderSetupScript(database, consumers)),
    text(CLUSTER_SQL, renderClusterSql(database)),
    text(DATABASE_SQL, renderDatabaseSql()),
    script(HEALTH_SCRIPT, renderHealthScript(database)),
    text(`${TEXTFILES}/unde-postgres.prom`, renderInfo(database)),
  ];
}

function text(path: string, content: string): RenderedFile {
  return { path, content, mode: 0o644 };
}

function script(path: string, content: string): RenderedFile {
  return { path, content, mode: 0o755 };
}

/** Memory of the database is never swapped while anything else can be; huge pages where the inventory counts them. */
function renderSysctl(hugePages: number | undefined): string {
  return [
    RENDERED,
    'vm.swappiness = 1',
    ...(hugePages === undefined ? [] : [`vm.nr_hugepages = ${hugePages}`]),
    '',
  ].join('\n');
}

/** Which database a host has, for Prometheus: it is there even while the server is not. */
function renderInfo(database: string): string {
  return `# HELP unde_database_info 1 for the database that this host has.
# TYPE unde_database_info gauge
unde_database_info{database="${database}",directory="${DATA}"} 1
`;
}
