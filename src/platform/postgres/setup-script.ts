import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { Consumer } from '../../lib/desired/postgres/consumer.ts';
import { databaseName, type Database } from '../../lib/manifest/endpoints/database.ts';
import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { PROGRAMS, RUN, SOCKETS } from '../../lib/common/layout/postgres.ts';
import { databaseSecret } from '../../lib/desired/secrets/secrets-of.ts';
import { CLUSTER_SQL, DATABASE_SQL } from './paths.ts';

/**
 * Renders the script that makes the database, its extensions and its logins what they should be, after every start
 * and at every reload. It may run any number of times; what it could not do it leaves in a file, for the health
 * command and for Prometheus, and serving goes on.
 */
export function renderSetupScript(database: Database, consumers: readonly Consumer[]): string {
  const logins = consumers.map(({ service, use }) => {
    const { secret, credential = secret } = databaseSecret(service, use);
    return `  logins_of ${use.role} ${credential} || return`;
  });
  return `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -uo pipefail; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
exec 9>${RUN}/setup.lock; flock -w 60 9 || { echo 'another setup does not end' >&2; exit 1; }
export PGAPPNAME='unde setup' PGCONNECT_TIMEOUT=5
export PGOPTIONS='-c client_min_messages=warning -c lock_timeout=5s -c statement_timeout=60s -c log_statement=none -c log_min_error_statement=panic'
psql() { ${PROGRAMS}/psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse -h ${SOCKETS} -U postgres "$@"; }

# A role's login, or both of them while they are being rotated: login, role and verifier.
logins_of() {
  local name value login verifier
  [[ -e ${credentialFile('postgres', '')}$2 ]] || { echo "the verifier of $1 ($2) is not on this host" >&2; return 1; }
  for name in "$2" "$2.next"; do
    [[ -e ${credentialFile('postgres', '')}$name ]] || continue
    value=$(systemd-creds decrypt --name="$name" "${credentialFile('postgres', '')}$name" -) || return
    read -r login verifier <<<"$value"
    [[ $login =~ ^$1_[ab]$ && $verifier =~ ^SCRAM-SHA-256\\$[0-9]+:[A-Za-z0-9+/=]+\\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$ ]] || { echo "$name is no verifier of a login of $1" >&2; return 1; }
    printf '%s\\t%s\\t%s\\n' "$login" "$1" "$verifier"
  done
}
logins() {
${[...logins, '  true'].join('\n')}
}
setup() {
  # A standby has what its primary has.
  local recovery lines; recovery=$(psql -d postgres -c 'SELECT pg_is_in_recovery()') || return
  [[ $recovery == f ]] || return 0
  psql -d postgres -f ${CLUSTER_SQL} || return
  lines=$(logins) || return
  printf '%s' "\${lines:+$lines$'\\n'}" | psql -d ${databaseName(database)} -f ${DATABASE_SQL}
}
said=$(setup 2>&1 >/dev/null); code=$?
if ((code == 0)); then result=ok; else result=\${said##*$'\\n'}; echo "$said" >&2; fi
printf '%s\\n' "\${result:-the setup ended with code $code}" >${RUN}/setup.new; mv -f ${RUN}/setup.new ${RUN}/setup
if [[ -d ${TEXTFILES} ]]; then
  file=${TEXTFILES}/unde-postgres-setup.prom
  printf '# HELP unde_postgres_setup_ok 1 when the database and its logins are what they should be.\\n# TYPE unde_postgres_setup_ok gauge\\nunde_postgres_setup_ok %s\\n' $((code == 0)) >$file.new
  chmod 644 $file.new; mv -f $file.new $file
fi
((code == 0))
`;
}
