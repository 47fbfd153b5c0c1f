import { STATE, TEXTFILES } from '../../lib/common/layout/layout.ts';
import { DATA, PROGRAMS, RUN, VERSION } from '../../lib/common/layout/postgres.ts';
import { HOST_PATH, shellProgram } from '../../lib/common/shell/script.ts';
import { SYSCTL } from './paths.ts';

/** Remembers which cluster is this host's, on the disk that the system is on. */
const BORN = `${STATE}/postgres-cluster`;

/**
 * Renders the script that runs before the server: it makes the cluster where there never was one, with checksums,
 * and refuses to begin anew where there was one, since then its disk is missing. An empty cluster that a package
 * has made gets its checksums; one that holds data is taken over as it is.
 *
 * The collation is PostgreSQL's own (`builtin`): an upgrade of the system's libc, or a replica on another system, then
 * cannot spoil an index.
 */
export function renderClusterScript(): string {
  return shellProgram(
    ['Makes the cluster before the server starts, where there never was one.'],
    {
      PATH: HOST_PATH,
      programs: PROGRAMS,
      sysctl: '/usr/lib/systemd/systemd-sysctl',
      settings: SYSCTL,
      version: VERSION,
      data: DATA,
      born: BORN,
      stale: [`${RUN}/setup`, `${TEXTFILES}/unde-postgres-setup.prom`],
    },
    'platform/postgres/cluster-script.sh',
  );
}
