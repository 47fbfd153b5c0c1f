# shellcheck shell=bash
# The health gate; gate-script.ts says what it holds to, and renders what it needs to know:
#   unit, start_seconds, stable_seconds, stop_seconds; health_command, or else port, health_path, ready_path, and
#   release: the digest that the answer must name, empty for a service that names none.
# Needs http_get and uptime, and in `before` the InvocationID from before the restart.

set +eu

# Prints `gate ok INVOCATION` or `gate failed REASON`.
gate() {
  local start limit=$(((stop_seconds + start_seconds) * 100)) hold=$((stable_seconds * 100))
  local since=0 mine='' last='the process before it has not ended' pause=20 now
  local active='' sub='' invocation='' restarts=0 result='' code=''
  exec 8<> <(:)
  uptime
  start=$now
  until ask; do
    if [[ -n $mine ]] && well; then
      # While it answers for itself, systemd need not be asked: the answers name the process.
      uptime
      since=$now
      while
        uptime
        ((now - since < hold)) && well
      do pause 25; done
      ask && return
      ((now - since >= hold)) && well && {
        echo "gate ok $mine"
        return
      }
      continue
    fi
    uptime
    if ((now - start > limit)); then
      echo "gate failed not ready after $((limit / 100)) s: $last"
      return
    fi
    # Each question is a process, and thirty hosts of a lab ask on two processors: less often as time goes by.
    pause $pause
    ((pause < 100)) && ((pause += pause / 2))
  done
}

# Asks systemd; succeeds, with the verdict printed, where there is nothing left to wait for.
ask() {
  local key value
  while IFS='=' read -r key value; do
    case $key in
      ActiveState) active=$value ;;
      SubState) sub=$value ;;
      InvocationID) invocation=$value ;;
      NRestarts) restarts=$value ;;
      Result) result=$value ;;
      ExecMainStatus) code=$value ;;
    esac
  done < <(systemctl show -p ActiveState,SubState,InvocationID,NRestarts,Result,ExecMainStatus "$unit")
  [[ $invocation != "$before" && -n $invocation ]] || return 1
  if [[ -z $mine ]]; then
    mine=$invocation
    uptime
    start=$now
    limit=$((start_seconds * 100))
    last='nothing answered'
  fi
  if [[ $invocation != "$mine" ]] || ((restarts > 0)); then
    echo "gate failed the process exited (status $code, $result) and systemd started it again"
    return 0
  fi
  if [[ $active == failed || $active == inactive || $active == deactivating ]]; then
    echo "gate failed the unit is $active (status $code, $result)"
    return 0
  fi
  if [[ $active == activating && $sub == auto-restart ]]; then
    echo "gate failed the process exited (status $code, $result)"
    return 0
  fi
  return 1
}

# Waits for hundredths of a second without starting a process for it: nothing ever comes from this pipe.
pause() {
  local seconds
  printf -v seconds '%d.%02d' $(($1 / 100)) $(($1 % 100))
  read -r -t "$seconds" -u 8
}

# Whether the unit answers as it should; `last` says what is wrong. Looks at `active`, `sub` and `invocation`.
well() {
  last=
  if [[ $active != active ]]; then
    last="the unit is $active ($sub)"
  elif [[ -n $health_command ]]; then
    well_by_command
  else
    well_by_http
  fi
  [[ -z $last ]]
}

# Asks a service that speaks no HTTP; what it prints last is why it is not well.
well_by_command() {
  local said
  said=$(timeout 5 bash -c "$health_command" 2>&1) && return
  last=${said##*$'\n'}
  last=${last:-its health command fails}
}

well_by_http() {
  if ! http_get "$port" "$health_path"; then
    last="nothing listens on port $port"
  elif [[ $status != 200 ]]; then
    last="$health_path answers $status"
  elif [[ -n $release && $body != *'"release":"'"$release"'"'* ]]; then
    last="$health_path is answered by another release: ${body:0:160}"
  elif [[ -n $release && $body != *'"invocation":"'"$invocation"'"'* ]]; then
    last="$health_path is answered by another process: ${body:0:160}"
  elif [[ $ready_path != "$health_path" ]]; then
    http_get "$port" "$ready_path" && [[ $status == 200 ]] || last="$ready_path answers $status: ${body:0:200}"
  fi
}
