import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { DATA, PROGRAMS, RUN, SOCKETS } from '../../lib/common/layout/postgres.ts';

/** With less than this on its disk, in KB, the server cannot write two segments of WAL: it has stopped, or is about to. */
const LEAST_DISK_KB = 32 * 1024;

/** Renders the script that says whether PostgreSQL is well; its last line says what is wrong. */
export function renderHealthScript(database: Database): string {
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
export LC_ALL=C PGCONNECT_TIMEOUT=2 PGAPPNAME='unde health'
wrong() { echo "$*"; exit 1; }
free=$(df --output=avail -k ${DATA} 2>/dev/null | tail -n 1)
[[ -z $free ]] || ((free > ${LEAST_DISK_KB})) || wrong "the disk of ${DATA} is full: $((free / 1024)) MB are left"
answer=$(timeout 1.5 ${PROGRAMS}/psql -XqAt -h ${SOCKETS} -U postgres -d postgres -c 'SELECT 1' 2>&1) || wrong "PostgreSQL does not answer: \${answer##*$'\\n'}"
setup=$(cat ${RUN}/setup 2>/dev/null) || wrong 'the setup of ${databaseName(database)} has not ended'
[[ $setup == ok ]] || wrong "the setup of ${databaseName(database)} failed: $setup"
`;
}
