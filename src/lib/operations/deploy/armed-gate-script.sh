# shellcheck shell=bash
# Waits for the gate after a switch; gate-script.ts renders what it needs to know:
#   deploy (the folder of the deploy), return_unit, confirm_seconds, and what the gate itself needs.

verdict=$(gate)
echo "$verdict"
if [[ $verdict == 'gate ok '* ]]; then
  # The way back stays armed, but from here on only the confirmation is awaited.
  systemd-run --quiet --collect --unit="$return_unit-late" --on-active="${confirm_seconds}s" \
    --timer-property=AccuracySec=100ms -- \
    "$deploy/undo" returned "the gate passed, but nobody confirmed it within $confirm_seconds s" timer >&2
  printf '%s\n' $((EPOCHSECONDS + confirm_seconds)) >"$deploy/due"
  systemctl stop "$return_unit.timer" 2>/dev/null
else
  journalctl -q -u "$unit" --no-pager -o short-iso -n 20 2>/dev/null | sed 's/^/journal /'
fi
