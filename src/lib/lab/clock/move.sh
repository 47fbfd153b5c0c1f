# shellcheck shell=bash disable=SC2154
# Moves the clock of a host's services, or takes it back. Needs root: where the host's files are; offset: seconds, 0 to
# take it back; offset_file and library: paths; for_all: the text for every service; file_name: the drop-in's name;
# on_real_clock: units that are spared, with spared: the text for them; no_lab_machine, no_library: exit codes.
# Answers `restarted UNIT` and `failed UNIT`.

export LC_ALL=C
units=$root/etc/systemd/system
[[ -e $root/etc/unde-lab ]] || exit "$no_lab_machine"

# Writes or removes a unit's drop-in; standard input is its text.
drop_in() { # UNIT
  local folder=$units/$1.d
  if ((offset == 0)); then
    rm -f "$folder/$file_name"
    rmdir "$folder" 2>/dev/null
  else
    mkdir -p "$folder" && cat >"$folder/$file_name"
  fi
}

if ((offset == 0)); then
  rm -f "$root$offset_file"
else
  compgen -G "$root$library" >/dev/null || exit "$no_library"
  # A reader finds the old or the new one, never a part.
  printf '%+d\n' "$offset" >"$root$offset_file.new" && mv "$root$offset_file.new" "$root$offset_file" || exit
fi
for unit in "${on_real_clock[@]}"; do drop_in "$unit.service" <<<"$spared"; done
drop_in service <<<"$for_all"
written=$EPOCHSECONDS
systemctl daemon-reload || exit

# A unit is restarted if its process has the library and should not, or the other way round. Jobs are not: their next
# run goes by the clock.
change=()
while IFS='=' read -r key value; do
  case $key in
    Id) unit=$value ;;
    Type) type=$value ;;
    MainPID) pid=$value ;;
    Environment)
      should=no
      if [[ $value == *libfaketime* ]]; then should=yes; fi
      ;;
    '') # The end of a unit's lines.
      has=no
      if tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -q '^LD_PRELOAD=.*libfaketime'; then has=yes; fi
      [[ $type == oneshot ]] || ((pid == 0)) || [[ $should == "$has" ]] || change+=("$unit")
      ;;
  esac
done < <(
  systemctl show -p Id -p Type -p MainPID -p Environment '*.service'
  echo
)
((${#change[@]} == 0)) || systemctl restart "${change[@]}"
for unit in "${change[@]}"; do
  if systemctl is-active -q "$unit"; then echo "restarted $unit"; else echo "failed $unit"; fi
done
# Processes that go by the clock already look at the file again when another second has begun.
until ((EPOCHSECONDS > written)); do sleep 0.05; done
