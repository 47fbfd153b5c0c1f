import { PAUSED } from '../../common/layout/layout.ts';

/**
 * Bash functions for the units that run beside a service's own. `leave_companions FROM TO` stops those of one
 * generation that another no longer has, while their files are there; `start_companions GENERATION` enables and
 * starts a generation's anew, but leaves paused ones as they are.
 */
export function companionFunctions(): string {
  return `
leave_companions() {
  local unit; [[ -s $1/companions ]] || return 0
  while read -r unit; do grep -qsxF "$unit" "$2/companions" || systemctl disable --now --quiet "$unit" 2>/dev/null; done <"$1/companions"
  return 0
}
start_companions() {
  local unit; [[ -s $1/companions ]] || return 0
  while read -r unit; do
    systemctl enable --quiet "$unit" 2>/dev/null
    [[ -e ${PAUSED}/$unit ]] || systemctl restart --no-block "$unit"
  done <"$1/companions"
  return 0
}`.trim();
}
