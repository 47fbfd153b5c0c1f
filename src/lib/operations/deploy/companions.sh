# shellcheck shell=bash
# The units that run beside a service's own; needs `paused`, the folder of the markers of paused timers.

# leave_companions FROM TO stops those of one generation that another no longer has, while their files are there.
leave_companions() {
  local companion
  [[ -s $1/companions ]] || return 0
  while read -r companion; do
    grep -qsxF "$companion" "$2/companions" || systemctl disable --now --quiet "$companion" 2>/dev/null
  done <"$1/companions"
  return 0
}

# start_companions GENERATION enables and starts a generation's anew, but leaves paused ones as they are.
start_companions() {
  local companion
  [[ -s $1/companions ]] || return 0
  while read -r companion; do
    systemctl enable --quiet "$companion" 2>/dev/null
    [[ -e $paused/$companion ]] || systemctl restart --no-block "$companion"
  done <"$1/companions"
  return 0
}
