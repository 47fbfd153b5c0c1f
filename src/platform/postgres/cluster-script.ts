import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { DATA, PROGRAMS, RUN, VERSION } from '../../lib/common/layout/postgres.ts';
import { STATE } from '../../lib/common/layout/layout.ts';
import { SYSCTL } from './paths.ts';

/** Remembers which cluster is this host's, on the disk that the system is on. */
const BORN = `${STATE}/postgres-cluster`;

/**
 * Renders the script that runs before the server: it makes the cluster where there never was one, with checksums,
 * and refuses to begin anew where there was one, since then its disk is missing. An empty cluster that a package
 * has made gets its checksums; one that holds data is taken over as it is.
 *
 * The collation is PostgreSQL's own (`builtin`): an upgrade of the system's libc, or a replica on another system, then
 * cannot spoil an index.
 */
export function renderClusterScript(): string {
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -euo pipefail; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
data=${DATA}; born=${BORN}
fail() { echo "$*" >&2; exit 1; }
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
control() { ${PROGRAMS}/pg_controldata -D "$data" | sed -n "s/^$1: *//p"; }

rm -f ${RUN}/setup ${TEXTFILES}/unde-postgres-setup.prom
# A container's kernel belongs to its host; there this changes nothing.
/usr/lib/systemd/systemd-sysctl ${SYSCTL} 2>/dev/null || true

if [[ ! -s $data/PG_VERSION ]]; then
  [[ ! -s $born ]] || fail "the cluster that was made here (system identifier $(<"$born")) is not in $data: mount its disk, or restore it; to begin with an empty one, remove $born"
  [[ ! -e $data || -z $(ls -A "$data") ]] || fail "$data holds files but no cluster; nothing is written there"
  install -d -o postgres -g postgres -m 755 "\${data%/*}"
  # Made beside and renamed: what is cut short is begun again. A disk of its own cannot be renamed.
  making=$data; mountpoint -q "$data" || { making=$data.making; rm -rf "$making"; }
  as_postgres ${PROGRAMS}/initdb -D "$making" --data-checksums --encoding=UTF8 --locale=C.UTF-8 \\
    --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=reject >/dev/null
  if [[ $making != "$data" ]]; then mv -T "$making" "$data"; sync "\${data%/*}"; fi
fi

[[ $(<"$data/PG_VERSION") == ${VERSION} ]] || fail "$data holds a cluster of PostgreSQL $(<"$data/PG_VERSION"), and ${VERSION} is installed: pg_upgrade it first"
identifier=$(control 'Database system identifier')
[[ ! -s $born || $(<"$born") == "$identifier" ]] || fail "$data holds another cluster (system identifier $identifier) than this host's ($(<"$born")); if that is meant, remove $born"
[[ -s $born ]] || { mkdir -p "\${born%/*}"; printf '%s\\n' "$identifier" >"$born.new"; mv -f "$born.new" "$born"; }

if [[ $(control 'Data page checksum version') == 0 ]]; then
  # Whatever a user makes gets an object identifier of 16384 or more, and its files are named so.
  if [[ $(control 'Database cluster state') == 'shut down' && -z $(find "$data/base" -regextype posix-extended -regex '.*/(1638[4-9]|1639[0-9]|16[4-9][0-9]{2}|1[7-9][0-9]{3}|[2-9][0-9]{4}|[1-9][0-9]{5,})([_./].*)?' -print -quit) ]]; then
    as_postgres ${PROGRAMS}/pg_checksums --enable -D "$data" >/dev/null
  else
    echo "the cluster has no data checksums: docs/databases.md says how it gets them" >&2
  fi
fi
`;
}
