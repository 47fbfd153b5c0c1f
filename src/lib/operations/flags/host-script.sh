# shellcheck shell=bash
# The host's side of a session about flags; host-script.ts renders what it needs to know:
#   services; port, path and home, by service; service_state (what the folders of the services' own state begin with),
#   flags (the folder of the files), run (the folder of the lock), ledger_file;
#   lock_at_once, lock_seconds, lock_wait_seconds, idle_seconds; gone_after (hundredths of a second);
#   previous (how many versions to tell), kept_versions; probe.

export LC_ALL=C PATH
umask 022
shopt -s nullglob
held=0
turn=0
[[ -d $run ]] || mkdir -p "$run"
lock() { exec 9>>"$run/flags.lock"; }
lock
exec 8<> <(:)
take() { ((held)) || { flock -w "$1" 9 && held=1; }; }
# The lock ends with its descriptor.
give() {
  if ((held)); then
    lock
    held=0
  fi
}
# Nothing ever comes from this pipe: a pause without a process for it.
pause() { read -r -t "$1" -u 8; }
content() {
  text=
  [[ -r $1 ]] && IFS= read -r -d '' -n 65536 text <"$1"
  text=${text%$'\n'}
}
finish() { rec end $((++turn)); }

# Everything that there is; ends the answer.
tell() {
  local service note text current
  for service in "${services[@]}"; do
    content "$flags/$service.json"
    current=$text
    [[ -e $flags/$service.json ]] && rec file "$service" "$current"
    # What the process kept is of use only where the file is not.
    content "$service_state$service/flags.json"
    [[ -n $text && $text != "$current" ]] && rec kept "$service" "$text"
    [[ -e ${home[$service]}/current ]] && rec deployed "$service"
    if ((previous > 0)) && [[ -e $flags/$service.previous ]]; then
      while IFS= read -r text; do
        rec previous "$service" "$text"
      done < <(tail -n "$previous" "$flags/$service.previous")
    fi
    if ((probe)) && [[ -e ${home[$service]}/current ]]; then
      http_get "${port[$service]}" "${path[$service]}"
      rec health "$service" "$status" "$body"
    fi
  done
  for note in "$flags"/owed/*; do
    content "$note"
    rec note "${note##*/}" "$text"
  done
  ((held)) && rec held
  finish
}

declare -A staged=() notes=() entries=() want=() quiet=() last=()
forget=()
failed() {
  rm -f "$flags"/.*.new "$flags"/owed/.*.new 2>/dev/null
  give
  rec failed "$1"
  finish
}
# FILE TEXT; both are silent, and fail where the disk does not take it.
draft() { { printf '%s\n' "$2" >"$1"; } 2>/dev/null; }
append() { { printf '%s\n' "$2" >>"$1"; } 2>/dev/null; }
# Every file is on the disk before the first one gets its name; what was in force before is kept.
commit() { # SECONDS FORCED
  local service note text began version new=()
  # Notes alone contradict nobody.
  if ((!held && !$2)); then
    rec lapsed
    finish
    return
  fi
  { [[ -d $flags/owed ]] || mkdir -p "$flags/owed"; } 2>/dev/null || {
    failed "$flags cannot be made"
    return
  }
  for service in "${!staged[@]}"; do
    content "$flags/$service.json"
    text=${text//$'\n'/ }
    if [[ $text == '{'*'}' ]]; then
      append "$flags/$service.previous" "$text" || {
        failed "$flags cannot be written: is the disk full?"
        return
      }
      new+=("$flags/$service.previous")
    fi
    draft "$flags/.$service.new" "${staged[$service]}" || {
      failed "$flags cannot be written: is the disk full?"
      return
    }
    new+=("$flags/.$service.new")
  done
  for note in "${!notes[@]}"; do
    draft "$flags/owed/.$note.new" "${notes[$note]}" || {
      failed "$flags/owed cannot be written: is the disk full?"
      return
    }
    new+=("$flags/owed/.$note.new")
  done
  ((${#new[@]} == 0)) || sync "${new[@]}" 2>/dev/null || {
    failed 'the disk does not take it'
    return
  }
  began=$EPOCHREALTIME
  for service in "${!staged[@]}"; do
    mv -f "$flags/.$service.new" "$flags/$service.json" || {
      failed "$flags/$service.json cannot be replaced"
      return
    }
  done
  for note in "${!notes[@]}"; do mv -f "$flags/owed/.$note.new" "$flags/owed/$note"; done
  for note in "${forget[@]}"; do rm -f "$flags/owed/$note"; done
  sync "$flags" "$flags/owed"
  for service in "${!staged[@]}"; do
    version=${staged[$service]#*'"version":"'}
    want[$service]=${version%%'"'*}
  done
  for service in "${!entries[@]}"; do ledger_line "${entries[$service]}"; done
  give
  rec written
  confirm "$1" "$began"
  finish
  take "$lock_wait_seconds" && for service in "${!staged[@]}"; do trim "$flags/$service.previous"; done
  give
  staged=() notes=() entries=() want=() quiet=() forget=()
}
trim() {
  local lines
  [[ -e $1 ]] && mapfile -t lines <"$1" && ((${#lines[@]} > 2 * kept_versions)) || return 0
  printf '%s\n' "${lines[@]: -kept_versions}" >"$1.new" && mv -f "$1.new" "$1"
}
# Asks each process until it runs what was written; here, so that the way to the operator counts once.
confirm() { # SECONDS BEGAN
  local waiting=("${!staged[@]}") left service now start seconds nap=4
  uptime
  start=$now
  while ((${#waiting[@]})); do
    left=()
    for service in "${waiting[@]}"; do ask "$service" "$2" || left+=("$service"); done
    waiting=("${left[@]}")
    ((${#waiting[@]})) || break
    uptime
    ((now - start < $1 * 100)) || break
    # Seldom asked twice; the longer it takes, the less often.
    printf -v seconds '0.%03d' $nap
    pause "$seconds"
    ((nap < 200)) && ((nap += nap / 2))
  done
  for service in "${waiting[@]}"; do rec late "$service" "${last[$service]}"; done
}
# Succeeds where there is nothing left to wait for.
ask() { # SERVICE BEGAN
  local runs
  [[ -e ${home[$1]}/current ]] || {
    rec idle "$1" 'it is not deployed there'
    return 0
  }
  if ! http_get "${port[$1]}" "${path[$1]}"; then
    uptime
    : "${quiet[$1]:=$now}"
    last[$1]="nothing listens on port ${port[$1]}"
    ((now - quiet[$1] < gone_after)) && return 1
    rec late "$1" "${last[$1]}"
    return 0
  fi
  unset "quiet[$1]"
  runs=${body#*'"flags":{"version":"'}
  if [[ $runs == "$body" ]]; then
    last[$1]="${path[$1]} answers $status and names no flags"
    return 1
  fi
  runs=${runs%%'"'*}
  if [[ $runs == "${want[$1]}" ]]; then
    rec runs "$1" $(((${EPOCHREALTIME/./} - ${2/./}) / 1000)) "$body"
    return 0
  fi
  if [[ $runs > "${want[$1]}" ]]; then
    rec late "$1" "it runs a later change, $runs"
    return 0
  fi
  [[ $body == *'"damaged":"'"${want[$1]}:"* ]] && {
    rec refused "$1" "$body"
    return 0
  }
  last[$1]="it runs $runs"
  return 1
}

((lock_at_once)) && flock -n 9 && held=1
tell
partial=
while :; do
  limit=$idle_seconds
  ((held)) && limit=$lock_seconds
  IFS= read -r -t "$limit" line
  code=$?
  # The time is over; what has come of a line so far is kept.
  if ((code > 128)); then
    partial+=$line
    if ((held)); then
      give
      continue
    fi
    exit 0
  fi
  ((code == 0)) || exit 0
  line=$partial$line
  partial=
  word=${line%% *}
  rest=${line#* }
  case $word in
    lock)
      take "$lock_wait_seconds"
      tell
      ;;
    unlock) give ;;
    history)
      previous=$((2 * kept_versions))
      tell
      ;;
    file) staged[${rest%% *}]=${rest#* } ;;
    note) notes[${rest%% *}]=${rest#* } ;;
    forget) forget+=("$rest") ;;
    ledger) entries[${rest%% *}]=${rest#* } ;;
    commit) commit "$rest" 0 ;;
    commit!) commit "$rest" 1 ;;
    bye) exit 0 ;;
  esac
done
