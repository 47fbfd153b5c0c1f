/**
 * Where PostgreSQL and its neighbours are on a host. The paths are Debian's, so that its tools (pg_lsclusters, psql,
 * pgBackRest) find the cluster where they expect it.
 */
export const VERSION = '17';

/** The server's own programs; `psql` in the PATH is Debian's wrapper, which takes a tenth of a second to begin. */
export const PROGRAMS = `/usr/lib/postgresql/${VERSION}/bin`;

/** The rendered configuration. */
export const CONFIGURATION = `/etc/postgresql/${VERSION}/main`;

/** The cluster. */
export const DATA = `/var/lib/postgresql/${VERSION}/main`;

/** The folder of PostgreSQL's unix socket; who comes through it is known by his user on the host. */
export const SOCKETS = '/run/postgresql';

/** PostgreSQL's port, also the name of its socket. */
export const PORT = 5432;

/** PgBouncer's port, the door that services come in by. */
export const POOLED_PORT = 6432;

/** What the tool keeps about PostgreSQL while the host is up. */
export const RUN = '/run/unde/postgres';
