import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { POOLED_PORT, PROGRAMS, SOCKETS as SERVER_SOCKETS } from '../../lib/common/layout/postgres.ts';
import { SOCKETS } from './paths.ts';

/** A bash function that asks PgBouncer's console, which lets its own user in, and nobody else. */
const CONSOLE = `
console() {
  PGCONNECT_TIMEOUT=2 PGAPPNAME='unde health' timeout 1.5 setpriv --reuid=pgbouncer --regid=pgbouncer --clear-groups -- \\
    ${PROGRAMS}/psql -XqAt -F ' ' -h ${SOCKETS} -p ${POOLED_PORT} -U pgbouncer -d pgbouncer -c "$1" 2>&1
}`.trim();

/** Renders the script that says whether PgBouncer is well: whether it answers, and the server behind it. */
export function renderHealthScript(): string {
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
export LC_ALL=C
${CONSOLE}
answer=$(console 'SHOW VERSION') || { echo "PgBouncer does not answer: \${answer##*$'\\n'}"; exit 1; }
answer=$(${PROGRAMS}/pg_isready -t 1 -h ${SERVER_SOCKETS}) || { echo "PgBouncer answers, but not PostgreSQL behind it: \${answer##* - }"; exit 1; }
`;
}

/**
 * Renders the script that writes how the pools fare where node-exporter looks. While PgBouncer does not answer there
 * is no such file, and its unit's state tells why.
 */
export function renderMetricsScript(): string {
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -uo pipefail; export LC_ALL=C
${CONSOLE}
file=${TEXTFILES}/unde-pgbouncer.prom; [[ -d ${TEXTFILES} ]] || exit 0
pools=$(console 'SHOW POOLS') || { rm -f $file; exit 0; }
metric() { # NAME HELP COLUMN
  printf '# HELP %s %s\\n# TYPE %s gauge\\n' "$1" "$2" "$1"
  awk -v name="$1" -v column="$3" '$1 != "pgbouncer" { printf "%s{database=\\"%s\\",login=\\"%s\\"} %s\\n", name, $1, $2, $column }' <<<"$pools"
}
{
  metric pgbouncer_clients_active 'Clients that a connection of the server is with.' 3
  metric pgbouncer_clients_waiting 'Clients that wait for a connection of the server.' 4
  metric pgbouncer_servers_active 'Connections of the server that a client is with.' 7
  metric pgbouncer_servers_idle 'Connections of the server that wait for a client.' 10
  metric pgbouncer_longest_wait_seconds 'How long the client that has waited longest has waited.' 14
} >$file.new
chmod 644 $file.new; mv -f $file.new $file
`;
}
