import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { LOGINS, MONITORING, POOLER } from './roles.ts';

/**
 * Renders pg_hba.conf. Services come in through PgBouncer, which stands beside the server and uses its socket; TCP
 * is for loopback. Passwords are only ever SCRAM, over TCP only with TLS; who administers is known by his user on the
 * host.
 */
export function renderHba(database: Database): string {
  const name = databaseName(database);
  return table(
    ['# TYPE', 'DATABASE', 'USER', 'ADDRESS', 'METHOD'],
    [
      ['local', 'all', 'postgres', '', 'peer map=unde'],
      ['local', 'replication', 'postgres', '', 'peer map=unde'],
      ['local', name, `${MONITORING},${POOLER}`, '', 'peer map=unde'],
      ['local', name, `+${LOGINS}`, '', 'scram-sha-256'],
      ['hostssl', name, `+${LOGINS}`, '127.0.0.1/32', 'scram-sha-256'],
      ['hostssl', name, `+${LOGINS}`, '::1/128', 'scram-sha-256'],
    ],
  );
}

/**
 * Renders pg_ident.conf: which user of the host is which role. Root is the administrator, and so is whom operators
 * log in as: he can become root anyway.
 *
 * @param sshUser Whom operators log in to the host as.
 */
export function renderIdent(sshUser: string): string {
  const administrators = [...new Set(['postgres', 'root', sshUser])];
  return table(
    ['# MAP', 'USER OF THE HOST', 'ROLE'],
    [
      ...administrators.map((user) => ['unde', user, 'postgres']),
      ['unde', 'prometheus', MONITORING],
      ['unde', 'pgbouncer', POOLER],
    ],
  );
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return ['# Rendered by unde; changes made here are drift.', line(header), ...rows.map(line), ''].join('\n');
}
