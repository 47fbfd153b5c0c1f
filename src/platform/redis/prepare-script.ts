import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { RedisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { CLIENT, RUN, SYSCTL, USERS } from './paths.ts';

/** The share of the host's memory that Redis may fill, in percent. See docs/redis.md for why. */
const SHARE: Readonly<Record<RedisRole, number>> = { broker: 50, cache: 70 };

/** Whoever is root on the host may look at everything, and mend what runbooks say; no more. */
const OPERATOR_RULES = [
  '~* &* -@all +@read -keys +@connection',
  '+info +dbsize +lastsave +role +memory|usage +memory|stats +memory|doctor +object|encoding +object|idletime',
  '+config|get +client|list +client|info +client|kill +slowlog|get +slowlog|len +slowlog|reset',
  '+latency|latest +latency|doctor +latency|history +latency|histogram',
  '+acl|list +acl|users +acl|getuser +acl|log +acl|load +acl|whoami +acl|dryrun',
  '+del +unlink +expire +bgrewriteaof',
].join(' ');

/**
 * Renders the script that works out, as root, what Redis reads at its start and at a reload: its users with the
 * digests of their passwords, and how much memory it may fill.
 *
 * @param percent Share of the host's memory; 0 for the role's own.
 */
export function renderPrepareScript(role: RedisRole, percent: number): string {
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
# redis-prepare start | reload: Redis' users and memory, from the host's credentials and its size.
set -euo pipefail
export LC_ALL=C
umask 077
install -d -o root -g redis -m 750 ${RUN}

# The host's own users: their passwords never leave it, and are other ones after each boot.
own() {
  local file=${RUN}/$1.password
  [[ -s $file ]] || head -c 32 /dev/urandom | base64 -w 0 | tr -d '+/=' >"$file"
  printf %s "$(<"$file")" | sha256sum | cut -d ' ' -f 1
}

# The digest of a client's password; fails where the credential is absent, or is no digest.
digest() {
  local file=${credentialFile('redis', '')}$1 value
  [[ -e $file ]] && value=$(systemd-creds decrypt --name="$1" "$file" -) && [[ $value =~ ^[0-9a-f]{64}$ ]] && echo "$value"
}

users() {
  local health operator user credential rules current next
  health=$(own health) operator=$(own operator)
  # Nobody can be this user: it is off, and has no password. But Redis reads its log as this user, and leaves out every
  # transaction that it may not execute, and the writes of each script are one.
  echo 'user default off resetpass ~* &* +@all'
  echo "user health on #$health resetchannels -@all +ping +info"
  echo "user operator on #$operator ${OPERATOR_RULES}"
  while read -r user credential rules; do
    [[ $user != '#' && -n $user ]] || continue
    if current=$(digest "$credential"); then
      next=$(digest "$credential.next") || next=
      echo "user $user on #$current\${next:+ #$next} $rules"
    else
      # The others must not suffer; the health check tells of it.
      echo "the user $user is left out: the credential $credential is absent or damaged" | tee -a ${RUN}/problems.new >&2
    fi
  done <${USERS}
}

# Standard input becomes a file of ${RUN} that Redis may read, at once.
place() {
  cat >"${RUN}/$1.new"; chgrp redis "${RUN}/$1.new"; chmod 640 "${RUN}/$1.new"; mv -f "${RUN}/$1.new" "${RUN}/$1"
}

: >${RUN}/problems.new
users | place users.acl
mv -f ${RUN}/problems.new ${RUN}/problems

case $1 in
  start)
    read -r _ kib _ < <(grep ^MemTotal: /proc/meminfo)
    echo "maxmemory $((kib * 1024 / 100 * ${percent === 0 ? SHARE[role] : percent}))" | place memory.conf
    # Where a container shares its host's kernel, this is the host's matter.
    /usr/lib/systemd/systemd-sysctl ${SYSCTL} || true
    ;;
  reload)
    # Redis takes all of the file or nothing; who is connected stays so.
    answer=$(${CLIENT} ACL LOAD)
    [[ $answer == OK ]] || { echo "Redis keeps its users: $answer" >&2; exit 1; }
    ;;
esac
`;
}
