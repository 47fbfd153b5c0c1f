# shellcheck shell=bash
# Needs programs (PostgreSQL's), sockets (the folder of PgBouncer's) and port.

# console COMMAND asks PgBouncer's console, which lets its own user in, and nobody else.
console() {
  PGCONNECT_TIMEOUT=2 PGAPPNAME='unde health' timeout 1.5 \
    setpriv --reuid=pgbouncer --regid=pgbouncer --clear-groups -- \
    "$programs/psql" -XqAt -F ' ' -h "$sockets" -p "$port" -U pgbouncer -d pgbouncer -c "$1" 2>&1
}
