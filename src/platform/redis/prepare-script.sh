# shellcheck shell=bash
# Works out what Redis reads at its start and at a reload; prepare-script.ts renders what it needs to know:
#   run (the folder of what is made here), users (the table of clients), credentials (what the files of the credentials
#   begin with), operator_rules, percent (of the memory), settings (for the kernel), sysctl and client (programs).

set -euo pipefail
export LC_ALL=C
umask 077
install -d -o root -g redis -m 750 "$run"

# The host's own users: their passwords never leave it, and are other ones after each boot.
own() {
  local file=$run/$1.password
  [[ -s $file ]] || head -c 32 /dev/urandom | base64 -w 0 | tr -d '+/=' >"$file"
  printf %s "$(<"$file")" | sha256sum | cut -d ' ' -f 1
}

# The digest of a client's password; fails where the credential is absent, or is no digest.
digest() {
  local file=$credentials$1 value
  [[ -e $file ]] && value=$(systemd-creds decrypt --name="$1" "$file" -) && [[ $value =~ ^[0-9a-f]{64}$ ]] &&
    echo "$value"
}

acl() {
  local health operator user credential rules current next
  health=$(own health)
  operator=$(own operator)
  # Nobody can be this user: it is off, and has no password. But Redis reads its log as this user, and leaves out every
  # transaction that it may not execute, and the writes of each script are one.
  echo 'user default off resetpass ~* &* +@all'
  echo "user health on #$health resetchannels -@all +ping +info"
  echo "user operator on #$operator $operator_rules"
  while read -r user credential rules; do
    [[ $user != '#' && -n $user ]] || continue
    if current=$(digest "$credential"); then
      next=$(digest "$credential.next") || next=
      echo "user $user on #$current${next:+ #$next} $rules"
    else
      # The others must not suffer; the health check tells of it.
      echo "the user $user is left out: the credential $credential is absent or damaged" |
        tee -a "$run/problems.new" >&2
    fi
  done <"$users"
}

# Standard input becomes a file that Redis may read, at once.
place() {
  cat >"$run/$1.new"
  chgrp redis "$run/$1.new"
  chmod 640 "$run/$1.new"
  mv -f "$run/$1.new" "$run/$1"
}

: >"$run/problems.new"
acl | place users.acl
mv -f "$run/problems.new" "$run/problems"

case $1 in
  start)
    read -r _ kib _ < <(grep ^MemTotal: /proc/meminfo)
    # shellcheck disable=SC2017 # whole hundredths are precise enough
    echo "maxmemory $((kib * 1024 / 100 * percent))" | place memory.conf
    # Where a container shares its host's kernel, this is the host's matter.
    "$sysctl" "$settings" || true
    ;;
  reload)
    # Redis takes all of the file or nothing; who is connected stays so.
    answer=$("$client" ACL LOAD)
    [[ $answer == OK ]] || {
      echo "Redis keeps its users: $answer" >&2
      exit 1
    }
    ;;
esac
