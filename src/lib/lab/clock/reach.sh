# shellcheck shell=bash
# Which units of a host see its pretended time, by what is so and not by a list: of running units the libraries that
# are loaded into their processes, of jobs that wait the program that they are going to start.
#
#     unit NAME running|waiting reached|go|static|older|privileged PROGRAM
#     timers COUNT

export LC_ALL=C

program() { # FILE: reached, go or static
  if grep -qa 'Go buildinf:' "$1"; then
    echo go
  elif ldd "$1" 2>/dev/null | grep -q 'libc\.so\.'; then
    echo reached
  else
    echo static
  fi
}

# A script is run by the program of its first line.
interpreter() { # FILE
  local first
  read -r first < <(head -c 200 "$1" | tr -d '\0')
  if [[ $first == '#!'* ]]; then
    read -r first _ <<<"${first#??}"
    readlink -f "$first"
  else
    readlink -f "$1"
  fi
}

running() {
  local pid verdict=gone exe=
  [[ -n $group ]] || return
  while read -r pid; do
    exe=$(readlink "/proc/$pid/exe") || continue
    verdict=$(program "/proc/$pid/exe")
    if [[ $verdict == reached ]] && ! grep -q libfaketime "/proc/$pid/maps"; then
      verdict=older
      if grep -qa libfaketime "/proc/$pid/environ"; then verdict=privileged; fi
    fi
    [[ $verdict == reached ]] || break
  done < <(find "/sys/fs/cgroup$group" -name cgroup.procs -exec cat {} + 2>/dev/null)
  [[ $verdict == gone ]] || echo "unit $unit running $verdict $exe"
}

waiting() {
  local exe
  [[ -e $start ]] || return
  exe=$(interpreter "$start")
  echo "unit $unit waiting $(program "$exe") $exe"
}

tell() {
  [[ $environment == *libfaketime* ]] || return
  case $active in
    active | activating | reloading) running ;;
    *) [[ $unit != unde-job-* || $unit == *@* ]] || waiting ;;
  esac
}

declare -A told
group='' environment='' start=''
while IFS='=' read -r key value; do
  case $key in
    Id) unit=$value ;;
    ActiveState) active=$value ;;
    ControlGroup) group=$value ;;
    Environment) environment=$value ;;
    ExecStart)
      start=${value#*path=}
      start=${start%% *}
      ;;
    '') # The end of a unit's lines.
      [[ -n ${told[$unit]:-} ]] || tell
      told[$unit]=1
      group='' environment='' start=''
      ;;
  esac
done < <(
  # What no timer has started yet is not loaded, and would not be listed.
  mapfile -t jobs < <(
    systemctl list-unit-files 'unde-job-*.service' --plain --no-legend | cut -d ' ' -f 1 | grep -v @
  )
  systemctl show -p Id -p ActiveState -p ControlGroup -p Environment -p ExecStart '*.service' "${jobs[@]}"
  echo
)
echo "timers $(systemctl list-timers --all --plain --no-legend 'unde-*' | wc -l)"
