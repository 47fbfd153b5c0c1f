# shellcheck shell=bash
# Makes the database and its logins what they should be; setup-script.ts says when, and renders what it needs to know:
#   programs (PostgreSQL's), sockets and run (folders), textfiles, credentials (what the files of the credentials
#   begin with), database, cluster_sql and database_sql (what is done), roles, and role_credentials: each role's, by
#   its place.

set -uo pipefail
export LC_ALL=C PATH
exec 9>"$run/setup.lock"
flock -w 60 9 || {
  echo 'another setup does not end' >&2
  exit 1
}
export PGAPPNAME='unde setup' PGCONNECT_TIMEOUT=5
PGOPTIONS='-c client_min_messages=warning -c lock_timeout=5s -c statement_timeout=60s'
export PGOPTIONS+=' -c log_statement=none -c log_min_error_statement=panic'
psql() { "$programs/psql" -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h "$sockets" -U postgres "$@"; }

verifier_pattern='^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$'
# logins_of ROLE CREDENTIAL prints a role's login, or both of them while they are being rotated: login, role and
# verifier.
logins_of() {
  local name value login verifier
  [[ -e $credentials$2 ]] || {
    echo "the verifier of $1 ($2) is not on this host" >&2
    return 1
  }
  for name in "$2" "$2.next"; do
    [[ -e $credentials$name ]] || continue
    value=$(systemd-creds decrypt --name="$name" "$credentials$name" -) || return
    read -r login verifier <<<"$value"
    [[ $login =~ ^$1_[ab]$ && $verifier =~ $verifier_pattern ]] || {
      echo "$name is no verifier of a login of $1" >&2
      return 1
    }
    printf '%s\t%s\t%s\n' "$login" "$1" "$verifier"
  done
}
logins() {
  local index
  for index in "${!roles[@]}"; do
    logins_of "${roles[index]}" "${role_credentials[index]}" || return
  done
}
setup() {
  # A standby has what its primary has.
  local recovery lines
  recovery=$(psql -d postgres -c 'SELECT pg_is_in_recovery()') || return
  [[ $recovery == f ]] || return 0
  psql -d postgres -f "$cluster_sql" || return
  lines=$(logins) || return
  printf '%s' "${lines:+$lines$'\n'}" | psql -d "$database" -f "$database_sql"
}
said=$(setup 2>&1 >/dev/null)
code=$?
if ((code == 0)); then
  result=ok
else
  result=${said##*$'\n'}
  echo "$said" >&2
fi
printf '%s\n' "${result:-the setup ended with code $code}" >"$run/setup.new"
mv -f "$run/setup.new" "$run/setup"
if [[ -d $textfiles ]]; then
  file=$textfiles/unde-postgres-setup.prom
  printf '%s\n' \
    '# HELP unde_postgres_setup_ok 1 when the database and its logins are what they should be.' \
    '# TYPE unde_postgres_setup_ok gauge' \
    "unde_postgres_setup_ok $((code == 0))" >"$file.new"
  chmod 644 "$file.new"
  mv -f "$file.new" "$file"
fi
((code == 0))
