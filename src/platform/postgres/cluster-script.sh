# shellcheck shell=bash
# Runs before the server; cluster-script.ts says what for, and renders what it needs to know:
#   programs (PostgreSQL's), sysctl (the program), settings (for the kernel), version, data (the cluster), born (the
#   file that remembers which one is this host's), stale (what the last setup left).

set -euo pipefail
export LC_ALL=C PATH
fail() {
  echo "$*" >&2
  exit 1
}
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
control() { "$programs/pg_controldata" -D "$data" | sed -n "s/^$1: *//p"; }

rm -f "${stale[@]}"
# A container's kernel belongs to its host; there this changes nothing.
"$sysctl" "$settings" 2>/dev/null || true

if [[ ! -s $data/PG_VERSION ]]; then
  [[ ! -s $born ]] || fail "the cluster that was made here (system identifier $(<"$born")) is not in $data:" \
    "mount its disk, or restore it; to begin with an empty one, remove $born"
  [[ ! -e $data || -z $(ls -A "$data") ]] || fail "$data holds files but no cluster; nothing is written there"
  install -d -o postgres -g postgres -m 755 "${data%/*}"
  # Made beside and renamed: what is cut short is begun again. A disk of its own cannot be renamed.
  making=$data
  mountpoint -q "$data" || {
    making=$data.making
    rm -rf "$making"
  }
  as_postgres "$programs/initdb" -D "$making" --data-checksums --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=reject >/dev/null
  if [[ $making != "$data" ]]; then
    mv -T "$making" "$data"
    sync "${data%/*}"
  fi
fi

[[ $(<"$data/PG_VERSION") == "$version" ]] ||
  fail "$data holds a cluster of PostgreSQL $(<"$data/PG_VERSION"), and $version is installed: pg_upgrade it first"
identifier=$(control 'Database system identifier')
[[ ! -s $born || $(<"$born") == "$identifier" ]] ||
  fail "$data holds another cluster (system identifier $identifier) than this host's ($(<"$born"));" \
    "if that is meant, remove $born"
[[ -s $born ]] || {
  mkdir -p "${born%/*}"
  printf '%s\n' "$identifier" >"$born.new"
  mv -f "$born.new" "$born"
}

# Whatever a user makes gets an object identifier of 16384 or more, and its files are named so.
holds_data() {
  local identifiers='1638[4-9]|1639[0-9]|16[4-9][0-9]{2}|1[7-9][0-9]{3}|[2-9][0-9]{4}|[1-9][0-9]{5,}'
  [[ -n $(find "$data/base" -regextype posix-extended -regex ".*/($identifiers)([_./].*)?" -print -quit) ]]
}
if [[ $(control 'Data page checksum version') == 0 ]]; then
  if [[ $(control 'Database cluster state') == 'shut down' ]] && ! holds_data; then
    as_postgres "$programs/pg_checksums" --enable -D "$data" >/dev/null
  else
    echo "the cluster has no data checksums: docs/databases.md says how it gets them" >&2
  fi
fi
