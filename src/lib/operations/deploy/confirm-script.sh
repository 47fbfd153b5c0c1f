# shellcheck shell=bash
# Confirms a deploy over a fresh connection; confirm-script.ts renders what it needs to know:
#   the deploy: id, by, action, service, unit, new_digest, new_generation, abandons, return_unit;
#   invocation (of the process that passed the gate), seconds (that the deploy took), credential (what the files of the
#   service's credentials begin with); the folders: state (of the service), deploy (of this deploy), run.
# Needs ledger, hold_switch and taken_over.

set -u
export LC_ALL=C
now=$(systemctl show -p InvocationID --value "$unit")
if [[ $now != "$invocation" || $(systemctl is-active "$unit") != active ]]; then
  "$deploy/undo" failed "the process that passed the gate is gone"
  exit 13
fi
hold_switch "$service"
{
  [[ -r $state/pending ]] && read -r pending <"$state/pending" && [[ $pending == "$id" ]] &&
    mv "$state/pending" "$deploy/confirmed"
} 2>/dev/null || {
  echo "the host went back before it was confirmed" >&2
  exit 14
}
systemctl stop "$return_unit.timer" "$return_unit-late.timer" 2>/dev/null
rm -f "$deploy/reserve"
previous=$(head -n 1 "$deploy/previous")
rm -f "$state/bad/$new_digest"
taken_over "$state/secrets" "$credential"
printf '%s %s\n' "$new_generation" "$new_digest" >>"$state/confirmed"
ledger "$id" "$by" "$action" "$service" "$new_digest" "$previous" ok "$seconds" ''
if ((abandons)); then
  mkdir -p "$state/bad"
  [[ -z $previous || $previous == "$new_digest" ]] || printf 'rolled back by %s\n' "$by" >"$state/bad/$previous"
fi
echo confirmed
