# shellcheck shell=bash
# Puts a generation that lies on the host in force; switch-script.ts renders what it needs to know:
#   the deploy: id, by, service, unit, has_release, new_digest, new_generation, return_unit, return_seconds;
#   check_expected, and expected: the generation that the plan was made for;
#   the folders: root (of the product), state (of the service), deploy (of this deploy), release, run, paused,
#   units (systemd's);
#   boot_unit, and the functions undo_script and boot_unit_text, which print what is put on the host.
# Needs hold_switch and the functions for companions.

set -euo pipefail
export LC_ALL=C
umask 022
target=$state/generations/$new_generation
# A way back that was cut short is finished first; it takes the switch itself.
for claimed in "$root"/deploys/????????-??????-????-"$service"/claimed; do
  if [[ -e $claimed && ! -e ${claimed%claimed}returned ]]; then
    "${claimed%claimed}undo" returned 'cut short, and finished by the next deploy' >&2
  fi
done
hold_switch "$service"
[[ -r $target/rendered ]] || {
  echo "generation $new_generation is not on this host" >&2
  exit 11
}
[[ ! -e $state/pending ]] || {
  echo "another deploy is not confirmed yet: $(head -n 1 "$state/pending")" >&2
  exit 12
}
generation=
if [[ -r $state/generation ]]; then generation=$(<"$state/generation"); fi
if ((check_expected)) && [[ $generation != "$expected" ]]; then
  echo "another deploy put generation $generation in force since the plan was made" >&2
  exit 15
fi
digest=
if [[ -L $state/current ]]; then
  digest=$(readlink "$state/current")
  digest=${digest##*/}
fi
if [[ -z $digest && -n $generation && -r $state/generations/$generation/digest ]]; then
  digest=$(<"$state/generations/$generation/digest")
fi
active=$(systemctl is-active "$unit" || true)
enabled=$(systemctl is-enabled "$unit" 2>/dev/null || true)
# Everything that needs room on a disk comes before anything differs: the switch and the way back only rename.
rm -rf "$deploy"
mkdir -p "$deploy/before"
# What the ledger and the marks will take, so that a disk that fills up meanwhile does not silence them.
head -c 65536 /dev/zero >"$deploy/reserve"
trap 'while read -r _ file; do rm -f "$file.unde-new"; done <"$target/rendered"' EXIT
undo_script >"$deploy/undo"
chmod 755 "$deploy/undo"
printf '%s\n' "$digest" "$generation" "$active" "$enabled" >"$deploy/previous"
declare -A new=()
count=0
while read -r mode file; do
  new[$file]=1
  if [[ -e $file ]]; then cp -p "$file" "$deploy/before/$count"; else : >"$deploy/before/$count.absent"; fi
  mkdir -p "${file%/*}"
  install -m "$mode" "$target/file-$count" "$file.unde-new"
  count=$((count + 1))
done <"$target/rendered"
# Files that the generation before had and this one no longer has are taken away, and kept for the way back.
if [[ -n $generation && -r $state/generations/$generation/rendered ]]; then
  count=0
  while read -r mode file; do
    if [[ -z ${new[$file]:-} && -e $file ]]; then
      cp -p "$file" "$deploy/before/old-$count"
      printf '%s %s %s\n' "$count" "$mode" "$file" >>"$deploy/before-files"
    fi
    count=$((count + 1))
  done <"$state/generations/$generation/rendered"
fi
if [[ -n $generation ]]; then printf '%s\n' "$generation" >"$deploy/generation"; fi
printf '%s\n' "$new_generation" >"$deploy/generation-next"
if ((has_release)); then
  if [[ -n $digest ]]; then cp -P "$state/current" "$deploy/current"; fi
  ln -sn "$release" "$deploy/current-next"
fi
if ! boot_unit_text | cmp -s - "$units/$boot_unit"; then
  boot_unit_text >"$deploy/boot"
  mkdir -p "$units/multi-user.target.wants"
  install -m 644 "$deploy/boot" "$units/$boot_unit.new"
  mv -f "$units/$boot_unit.new" "$units/$boot_unit"
fi
ln -sfn "../$boot_unit" "$units/multi-user.target.wants/$boot_unit"
printf '%s\n' "$id" "$new_generation" "$new_digest" $((EPOCHSECONDS + return_seconds)) "$by" >"$deploy/pending"
sync -f "$deploy"
systemd-run --quiet --collect --unit="$return_unit" --on-active="${return_seconds}s" \
  --timer-property=AccuracySec=100ms -- \
  "$deploy/undo" returned "nobody confirmed the deploy within $return_seconds s" timer >&2
mv "$deploy/pending" "$state/pending"
sync "$state"
leave_companions "$state/generations/$generation" "$target"
while read -r _ file; do mv -f "$file.unde-new" "$file"; done <"$target/rendered"
[[ ! -e $deploy/before-files ]] || while read -r _ _ file; do rm -f "$file"; done <"$deploy/before-files"
if ((has_release)); then mv -T "$deploy/current-next" "$state/current"; fi
mv -f "$deploy/generation-next" "$state/generation"
trap - EXIT
# Enabling makes systemd read its files again, which is a good part of a switch.
if [[ $enabled == enabled ]] || ! systemctl enable --quiet "$unit" 2>/dev/null; then systemctl daemon-reload; fi
start_companions "$target"
# It also forgets how often the unit was started: five deploys in two minutes are no crash loop.
systemctl reset-failed "$unit" 2>/dev/null || true
before=$(systemctl show -p InvocationID --value "$unit")
systemctl restart --no-block "$unit"
exec 8>&-
echo "switched $before"
