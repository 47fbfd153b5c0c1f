import { describe, expect, it } from 'vitest';
import { MAX_CONNECTIONS } from '../../../src/lib/desired/postgres/parameters.ts';
import { renderConfig } from '../../../src/platform/pgbouncer/config.ts';

const text = renderConfig('production', ['127.0.0.1', '198.18.1.2']);
const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(text)?.[1];

describe("PgBouncer's configuration", () => {
  it('leads to the database beside it by its socket', () => {
    expect(value('unde_ai')).toBe('host=/run/postgresql port=5432 dbname=unde_ai');
    expect(value('listen_addr')).toBe('127.0.0.1,198.18.1.2');
  });

  it('knows clients by what PostgreSQL verifies them with, over TLS', () => {
    expect(value('auth_type')).toBe('scram-sha-256');
    expect(value('auth_query')).toBe('SELECT login, verifier FROM unde.verifier($1)');
    expect(value('client_tls_sslmode')).toBe('require');
    expect(text).not.toMatch(/auth_file|password/);
  });

  it('needs no list of authorities of the system, which a bare host does not have', () => {
    expect(value('client_tls_ca_file')).toBe(value('client_tls_cert_file'));
    expect(value('server_tls_sslmode')).toBe('disable');
  });

  it('has the settings without which a failover takes longer than it need', () => {
    expect(value('server_login_retry')).toBe('1');
    expect(value('server_connect_timeout')).toBe('2');
    expect(value('dns_max_ttl')).toBe('1');
    expect(Number(value('tcp_user_timeout'))).toBeGreaterThanOrEqual(1000);
  });

  it('shares connections by transaction, prepared statements included, and leaves some of them free', () => {
    expect(value('pool_mode')).toBe('transaction');
    expect(Number(value('max_prepared_statements'))).toBeGreaterThan(0);
    expect(Number(value('max_db_connections'))).toBeLessThanOrEqual(MAX_CONNECTIONS - 20);
  });

  it('opens its console to nobody but its own user', () => {
    expect(value('unix_socket_mode')).toBe('0700');
    expect(text).not.toMatch(/admin_users|stats_users/);
  });
});
