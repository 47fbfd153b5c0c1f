/** Debian's unit, with a drop-in. */
export const UNIT = 'pgbouncer.service';

/** Our configuration; the package's own file stays as it is. */
export const CONFIG = '/etc/pgbouncer/unde.ini';

/** Where its unix socket is; the console answers its own user there. */
export const SOCKETS = '/run/pgbouncer';

/** Where it reads its certificate. */
export const RUN = '/run/unde/pgbouncer';

/** The unit that sees to it that its user is there. */
export const USER_UNIT = 'unde-pgbouncer-user.service';

/** The timer that writes down how its pools fare, for Prometheus. */
export const METRICS_TIMER = 'unde-pgbouncer-metrics.timer';

const SCRIPTS = '/usr/local/lib/unde';

/** Brings the certificate to where it is read. */
export const CERTIFICATE_SCRIPT = `${SCRIPTS}/pgbouncer-certificate`;

/** Says whether it is well. */
export const HEALTH_SCRIPT = `${SCRIPTS}/pgbouncer-health`;

/** Writes the metrics. */
export const METRICS_SCRIPT = `${SCRIPTS}/pgbouncer-metrics`;
