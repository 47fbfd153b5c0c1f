import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { POOLED_PORT, PROGRAMS, SOCKETS as SERVER_SOCKETS } from '../../lib/common/layout/postgres.ts';
import { shellProgram } from '../../lib/common/shell/script.ts';
import { SOCKETS } from './paths.ts';

const CONSOLE = { programs: PROGRAMS, sockets: SOCKETS, port: POOLED_PORT };

/** Renders the script that says whether PgBouncer is well: whether it answers, and the server behind it. */
export function renderHealthScript(): string {
  return shellProgram(
    ['Exit code 0 when PgBouncer is well; else the last line says what is wrong.'],
    { ...CONSOLE, server_sockets: SERVER_SOCKETS },
    'platform/pgbouncer/console.sh',
    'platform/pgbouncer/health-script.sh',
  );
}

/**
 * Renders the script that writes how the pools fare where node-exporter looks. While PgBouncer does not answer there
 * is no such file, and its unit's state tells why.
 */
export function renderMetricsScript(): string {
  return shellProgram(
    ["Writes how PgBouncer's pools fare, for node-exporter."],
    { ...CONSOLE, textfiles: TEXTFILES },
    'platform/pgbouncer/console.sh',
    'platform/pgbouncer/metrics-script.sh',
  );
}
