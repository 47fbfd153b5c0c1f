# shellcheck shell=bash
# How the pools fare, for node-exporter; needs console, and textfiles: the folder where that looks.

set -uo pipefail
export LC_ALL=C
file=$textfiles/unde-pgbouncer.prom
[[ -d $textfiles ]] || exit 0
pools=$(console 'SHOW POOLS') || {
  rm -f "$file"
  exit 0
}
metric() { # NAME HELP COLUMN
  printf '# HELP %s %s\n# TYPE %s gauge\n' "$1" "$2" "$1"
  awk -v name="$1" -v column="$3" '
    $1 != "pgbouncer" { printf "%s{database=\"%s\",login=\"%s\"} %s\n", name, $1, $2, $column }
  ' <<<"$pools"
}
{
  metric pgbouncer_clients_active 'Clients that a connection of the server is with.' 3
  metric pgbouncer_clients_waiting 'Clients that wait for a connection of the server.' 4
  metric pgbouncer_servers_active 'Connections of the server that a client is with.' 7
  metric pgbouncer_servers_idle 'Connections of the server that wait for a client.' 10
  metric pgbouncer_longest_wait_seconds 'How long the client that has waited longest has waited.' 14
} >"$file.new"
chmod 644 "$file.new"
mv -f "$file.new" "$file"
