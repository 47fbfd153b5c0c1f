# shellcheck shell=bash
# Whether PgBouncer is well; needs console, and server_sockets: the folder of the socket of the server behind it.

export LC_ALL=C
answer=$(console 'SHOW VERSION') || {
  echo "PgBouncer does not answer: ${answer##*$'\n'}"
  exit 1
}
answer=$("$programs/pg_isready" -t 1 -h "$server_sockets") || {
  echo "PgBouncer answers, but not PostgreSQL behind it: ${answer##* - }"
  exit 1
}
