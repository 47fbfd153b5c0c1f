import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { POOLED_PORT, PORT, SOCKETS as SERVER_SOCKETS } from '../../lib/common/layout/postgres.ts';
import { MAX_CONNECTIONS } from '../../lib/desired/postgres/parameters.ts';
import { RUN, SOCKETS } from './paths.ts';

/** Connections of the server that PgBouncer leaves to operators, jobs and the exporter. */
const LEFT = 20;

/**
 * Renders PgBouncer's configuration: transactions share connections; whoever comes in is known by the verifier that
 * PostgreSQL itself holds, so that no password is kept here.
 *
 * @param addresses What it listens on.
 */
export function renderConfig(database: Database, addresses: readonly string[]): string {
  const name = databaseName(database);
  const pooler: Readonly<Record<string, string | number>> = {
    listen_addr: addresses.join(','),
    listen_port: POOLED_PORT,
    unix_socket_dir: SOCKETS,
    // Only its own user (and root) gets to the console.
    unix_socket_mode: '0700',

    auth_type: 'scram-sha-256',
    auth_user: 'pgbouncer',
    auth_dbname: name,
    auth_query: 'SELECT login, verifier FROM unde.verifier($1)',
    client_tls_sslmode: 'require',
    client_tls_cert_file: `${RUN}/server.pem`,
    client_tls_key_file: `${RUN}/server.pem`,
    client_tls_protocols: 'secure',
    // Clients show no certificate; but without this it wants the system's list of authorities, which a host may lack.
    client_tls_ca_file: `${RUN}/server.pem`,
    // The server is reached by its socket.
    server_tls_sslmode: 'disable',

    pool_mode: 'transaction',
    // Prepared statements of clients outlive the connection that they were prepared on.
    max_prepared_statements: 200,
    max_client_conn: 1000,
    default_pool_size: 20,
    reserve_pool_size: 5,
    reserve_pool_timeout: 2,
    max_db_connections: MAX_CONNECTIONS - LEFT,
    server_idle_timeout: 300,
    // A request that gets no connection in this time has lost its caller.
    query_wait_timeout: 15,

    // A server that restarts, or that another one takes over from, is found again within a second.
    server_login_retry: 1,
    server_connect_timeout: 2,
    dns_max_ttl: 1,
    // In milliseconds; a host that has gone silent is noticed by both ends.
    tcp_user_timeout: 5000,
    tcp_keepalive: 1,
    tcp_keepidle: 30,
    tcp_keepintvl: 10,
    tcp_keepcnt: 3,

    ignore_startup_parameters: 'extra_float_digits',
    // The server sees only a socket; the log and pg_stat_activity still tell who it is.
    application_name_add_host: 1,
    log_connections: 0,
    log_disconnections: 0,
    stats_period: 300,
  };
  return [
    '; Rendered by unde; changes made here are drift.',
    '[databases]',
    `${name} = host=${SERVER_SOCKETS} port=${PORT} dbname=${name}`,
    '',
    '[pgbouncer]',
    ...Object.entries(pooler).map(([key, value]) => `${key} = ${value}`),
    '',
  ].join('\n');
}
