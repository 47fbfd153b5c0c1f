import { CONFIGURATION } from '../../lib/common/layout/postgres.ts';

/** The unit; Debian's own for the same cluster never runs beside it. */
export const UNIT = 'unde-postgres.service';

/** Debian's unit for the cluster. */
export const PACKAGE_UNIT = 'postgresql@17-main.service';

const SCRIPTS = '/usr/local/lib/unde';

/** Makes the cluster where there is none. */
export const CLUSTER_SCRIPT = `${SCRIPTS}/postgres-cluster`;

/** Brings the certificate to where the server reads it. */
export const CERTIFICATE_SCRIPT = `${SCRIPTS}/postgres-certificate`;

/** Makes databases and logins what they should be. */
export const SETUP_SCRIPT = `${SCRIPTS}/postgres-setup`;

/** What the setup does to the cluster, and to its database. */
export const CLUSTER_SQL = `${SCRIPTS}/postgres-cluster.sql`;
export const DATABASE_SQL = `${SCRIPTS}/postgres-database.sql`;

/** Says whether it is well. */
export const HEALTH_SCRIPT = `${SCRIPTS}/postgres-health`;

/** The file by which the kernel is told of the database. */
export const SYSCTL = '/etc/sysctl.d/60-unde-postgres.conf';

/** Debian's switch for starting the cluster by its own units. */
export const START_CONF = `${CONFIGURATION}/start.conf`;
