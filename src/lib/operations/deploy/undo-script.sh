# shellcheck shell=bash
# Takes a host back to what it ran before a deploy; undo-script.ts says when, and renders what it needs to know:
#   the deploy: id, by, action, service, unit, has_release, new_digest, new_generation, return_unit;
#   the folders: state (of the service), deploy (of this deploy), run, paused.
# Needs ledger, hold_switch and leave_companions. Arguments: RESULT REASON [confirmed | timer].

set -u
export LC_ALL=C PATH
started=$EPOCHSECONDS
hold_switch "$service"
if [[ -r $state/pending ]] && read -r pending <"$state/pending" && [[ $pending == "$id" ]]; then
  mv "$state/pending" "$deploy/claimed"
elif [[ -e $deploy/claimed && ! -e $deploy/returned ]]; then
  :
elif [[ -e $deploy/confirmed && ${3:-} == confirmed ]]; then
  [[ -r $state/generation && $(<"$state/generation") == "$new_generation" ]] || {
    echo "something newer runs" >&2
    exit 4
  }
  mv "$deploy/confirmed" "$deploy/claimed"
  [[ -e $state/confirmed ]] && sed -i "\${/^$new_generation /d}" "$state/confirmed"
elif [[ -e $deploy/confirmed ]]; then
  echo confirmed
  exit 0
else
  echo 'returned before'
  exit 0
fi
broken=
rm -f "$deploy/reserve"
# A copy and a rename; where there is no room for a copy, the saved file itself.
restore() {
  cp -p "$1" "$2.unde-new" && mv -f "$2.unde-new" "$2" && return
  rm -f "$2.unde-new"
  mv -f "$1" "$2" || broken="; $2 could not be restored"
}
{
  read -r digest
  read -r generation
  read -r active
  read -r enabled
} <"$deploy/previous"
[[ $enabled == enabled ]] || systemctl disable --quiet "$unit" 2>/dev/null
leave_companions "$state/generations/$new_generation" "$state/generations/$generation"
count=0
while read -r _ file; do
  if [[ -e $deploy/before/$count ]]; then
    restore "$deploy/before/$count" "$file"
  elif [[ -e $deploy/before/$count.absent ]]; then
    rm -f "$file"
  fi
  count=$((count + 1))
done <"$state/generations/$new_generation/rendered"
[[ -e $deploy/before-files ]] && while read -r count _ file; do
  [[ -e $deploy/before/old-$count ]] && restore "$deploy/before/old-$count" "$file"
done <"$deploy/before-files"
if ((has_release)); then
  if [[ -z $digest ]]; then
    rm -f "$state/current"
  elif [[ -L $deploy/current ]]; then
    mv -T "$deploy/current" "$state/current" || broken="; the link to the release could not be restored"
  fi
fi
if [[ -z $generation ]]; then
  rm -f "$state/generation"
elif [[ -e $deploy/generation ]]; then
  mv -f "$deploy/generation" "$state/generation"
fi
systemctl daemon-reload
[[ -z $generation ]] || start_companions "$state/generations/$generation"
systemctl reset-failed "$unit" 2>/dev/null
now=none
case $active in
  active | activating | reloading)
    systemctl restart "$unit"
    now=$(systemctl is-active "$unit")
    ;;
  *) systemctl stop "$unit" ;;
esac
[[ $now == none || $now == active || $active != active ]] || broken+="; the unit is $now after it"
ledger "$id" "$by" "$action" "$service" "$digest" "$new_digest" "$1" $((EPOCHSECONDS - started)) "$2$broken"
# A release that was good here once is not bad because it does not stand new settings.
if [[ $1 == failed && $digest != "$new_digest" ]] && ! grep -qs " $new_digest\$" "$state/confirmed"; then
  mkdir -p "$state/bad"
  printf '%s\n' "$2" >"$state/bad/$new_digest"
fi
: >"$deploy/returned"
[[ ${3:-} == timer ]] || systemctl stop "$return_unit.timer" "$return_unit-late.timer" 2>/dev/null
echo "returned $now"
[[ -z $broken ]] || exit 5
