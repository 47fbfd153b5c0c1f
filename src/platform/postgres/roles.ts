/** The role that every service's login is a member of; it holds no right of its own. */
export const LOGINS = 'unde_login';

/** The role of postgres-exporter. */
export const MONITORING = 'monitoring';

/** The role by which PgBouncer looks up verifiers. */
export const POOLER = 'pgbouncer';
