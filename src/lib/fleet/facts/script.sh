# shellcheck shell=bash
# Collects every fact in one round trip; script.ts renders what it needs to know:
#   services; by service: unit, port, health_path and ready_path or else health_command, credentials (what the files of
#   its credentials begin with), and port_pattern, for those whose port may be held by somebody else;
#   units (those of the services, and what runs beside them), unit_properties, journal_lines;
#   files, wanted (their digests), packages, foreign_packages; release_folders, and release_blobs by their places;
#   flag_readers; ledger_lines, sample_cpu, probe_health;
#   the folders root (of the product), paused, drained, flags_folder, owed and locks, and ledger_file.
# Needs rec, http_get and the functions of host-facts.sh.

export LC_ALL=C PATH
slurp() { [[ -r $1 ]] && printf '%s' "$(<"$1")"; }
# Text of unknown content travels in base64.
encoded() { printf '%s' "$1" | base64 -w0; }
probe() {
  local status body
  http_get "$3" "$4"
  rec http "$1" "$2" "${status//[!0-9]/}" "$(encoded "$body")"
}
# A service that speaks no HTTP is asked by a command: its last line says what is wrong.
probe_command() {
  local said status=200
  said=$(timeout 5 bash -c "$3" 2>&1) || status=503
  rec http "$1" "$2" "$status" "$(encoded "${said##*$'\n'}")"
}

# sample_cores NAME reads the CPU time of every service's cgroup into that variable, by service.
sample_cores() {
  local -n usage_of=$1
  local service usage
  for service in "${services[@]}"; do
    usage=
    { read -r _ usage; } 2>/dev/null <"/sys/fs/cgroup/system.slice/${unit[$service]}/cpu.stat"
    # shellcheck disable=SC2004,SC2034 # it is associative, and another variable's name
    usage_of[$service]=$usage
  done
}
declare -A usage_before=() usage_after=()
if ((sample_cpu)); then
  stat_before=$(</proc/stat)
  time_before=$EPOCHREALTIME
  sample_cores usage_before
fi

# The host itself.
read_os_release
read_capacity
read -r load _ </proc/loadavg
cpus=0
while read -r key _; do
  [[ $key == cpu[0-9]* ]] && ((cpus++))
done </proc/stat
rec host "$HOSTNAME" "$os_name" "$(</proc/sys/kernel/osrelease)" "$HOSTTYPE" "$(</proc/sys/kernel/random/boot_id)" \
  "$EPOCHREALTIME" "$up" "$cpus" "$load" "$memory_total" "$memory_available" "$disk_total" "$disk_available"
record_drained

# What the product keeps of services.
shopt -s nullglob
cd "$root/services" 2>/dev/null && for folder in */; do rec present "${folder%/}"; done
for file in "$paused"/*; do rec paused "${file##*/}"; done
record_state() { # SERVICE
  local service=$1 state=$root/services/$1 current='' generation file version id release due by
  if [[ -L $state/current ]]; then
    current=$(readlink "$state/current")
    current=${current##*/}
  fi
  generation=$(slurp "$state/generation")
  [[ -n $current || -z $generation ]] || current=$(slurp "$state/generations/$generation/digest")
  rec service "$service" "$current" "$generation"
  for file in "$root/releases/$service"/*/; do
    file=${file%/}
    rec release "$service" "${file##*/}"
  done
  for file in "$state"/bad/*; do rec bad "$service" "${file##*/}"; done
  for file in "$state"/secrets/*; do
    version=$(<"$file")
    [[ -e ${credentials[$service]}${file##*/} || $version == gone* ]] || version='gone by itself'
    rec secret "$service" "${file##*/}" "$version"
  done
  [[ -r $state/confirmed ]] && while read -r generation release; do
    [[ -d $state/generations/$generation ]] && rec confirmed "$service" "$generation" "$release"
  done <"$state/confirmed"
  if [[ -r $state/pending ]]; then
    {
      read -r id
      read -r generation
      read -r release
      read -r due
      IFS= read -r by
    } <"$state/pending"
    [[ -r $root/deploys/$id-$service/due ]] && due=$(<"$root/deploys/$id-$service/due")
    rec pending "$service" "$id" "$generation" "$release" "$due" "$by"
  fi
}
record_lock() { # SERVICE
  local file=$locks/$1 since owner why
  [[ -s $file ]] || return 0
  flock -n -s "$file" true && return
  IFS=$'\t' read -r since owner why <"$file"
  rec lock "$1" "$since" "$owner" "$why"
}
for service in "${services[@]}"; do
  [[ -d $root/services/$service ]] && record_state "$service"
  record_lock "$service"
done

# Files of flags.
for service in "${flag_readers[@]}"; do
  [[ -r $flags_folder/$service.json ]] || continue
  IFS= read -r -d '' -n 65536 text <"$flags_folder/$service.json"
  rec flags "$service" "$text"
done
if ((${#flag_readers[@]})); then
  for file in "$owed"/*; do
    IFS= read -r -d '' -n 65536 text <"$file"
    rec owed "${file##*/}" "$text"
  done
fi

# Units. Of one that has failed, the end of its journal is brought home as well.
unit_id=
active=
sub=
pid=0
down=()
unit_ends() {
  local key value
  [[ $active == failed || $sub == auto-restart ]] && down+=("$unit_id")
  if ((pid > 0)); then
    while read -r key value _; do
      [[ $key == VmRSS: ]] && {
        rec rss "$unit_id" "$value"
        break
      }
    done 2>/dev/null <"/proc/$pid/status"
  fi
  unit_id=
  active=
  sub=
  pid=0
}
show_units() { systemctl show --timestamp=unix -p "$unit_properties" "${units[@]}" 2>&1; }
if ((${#units[@]} && !probe_health)); then
  while IFS= read -r line; do rec unit "$line"; done < <(show_units)
elif ((${#units[@]})); then
  while IFS= read -r line; do
    rec unit "$line"
    case $line in
      Id=*) unit_id=${line#*=} ;;
      ActiveState=*) active=${line#*=} ;;
      SubState=*) sub=${line#*=} ;;
      MainPID=*) pid=${line#*=} ;;
      '') unit_ends ;;
    esac
  done < <(show_units)
  unit_ends
  for unit_id in "${down[@]}"; do
    while IFS= read -r line; do
      rec journal "$unit_id" "$line"
    done < <(journalctl -q -u "$unit_id" -n "$journal_lines" -o cat --no-pager)
  done
fi

# Files: their text comes only where it is not what it should be.
there=()
for file in "${files[@]}"; do
  [[ -f $file ]] && there+=("$file")
done
if ((${#there[@]})); then
  while read -r digest file; do
    file=${file#\*}
    rec file "$file" "$digest"
    [[ ${wanted[$file]} != "$digest" ]] && rec text "$file" "$(base64 -w0 "$file")"
  done < <(sha256sum "${there[@]}")
  while read -r mode file; do rec mode "$file" "$mode"; done < <(stat -c '%a %n' "${there[@]}")
fi

# Packages, and whether there is a source for those that Debian has not.
if ((${#packages[@]})); then
  while read -r package version status; do
    [[ $status == installed ]] && rec package "$package" "$version"
  done < <(dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null)
  for package in "${foreign_packages[@]}"; do
    [[ $(apt-cache policy "$package" 2>/dev/null) == *'Candidate: '[^\(]* ]] || rec nowhere "$package"
  done
fi

# What the store lacks of the releases that are not there yet.
for index in "${!release_folders[@]}"; do
  [[ -d ${release_folders[index]} ]] && continue
  for blob in ${release_blobs[index]}; do
    [[ -e $root/store/${blob:0:2}/$blob ]] || rec missing "$blob"
  done
done

# The probes run side by side, each into a pipe of its own: a service that hangs does not hold up the others.
pipes=()
if ((probe_health)); then
  for service in "${services[@]}"; do
    if [[ -n ${health_command[$service]:-} ]]; then
      exec {pipe}< <(probe_command health "$service" "${health_command[$service]}")
      pipes+=("$pipe")
      continue
    fi
    exec {pipe}< <(probe health "$service" "${port[$service]}" "${health_path[$service]}")
    pipes+=("$pipe")
    if [[ ${ready_path[$service]} != "${health_path[$service]}" ]]; then
      exec {pipe}< <(probe ready "$service" "${port[$service]}" "${ready_path[$service]}")
      pipes+=("$pipe")
    fi
  done
fi
for pipe in "${pipes[@]}"; do
  IFS= read -r line <&"$pipe" && printf '%s\n' "$line"
  exec {pipe}<&-
done

# Who holds a service's port, asked only where the unit itself is not running: `/proc/net/tcp` names the socket, the
# processes' descriptors name its owner, and the owner's cgroup tells a container.
record_holder() { # SERVICE
  local pattern=${port_pattern[$1]} inode process
  grep -qsE "$pattern" /proc/net/tcp /proc/net/tcp6 && [[ $(systemctl is-active "${unit[$1]}") != active ]] || return 0
  inode=$(grep -hsE "$pattern" /proc/net/tcp /proc/net/tcp6 | {
    read -r _ _ _ _ _ _ _ _ _ inode _
    echo "$inode"
  })
  for process in /proc/[0-9]*; do
    # shellcheck disable=SC2010 # where the links lead to matters, not what they are called
    if ls -l "$process/fd" 2>/dev/null | grep -q "socket:\[$inode\]"; then
      rec holder "$1" "${process#/proc/}" "$(slurp "$process/comm")" \
        "$(tr '\0\n' '  ' <"$process/cgroup" | tail -c 300)"
      break
    fi
  done
}
for service in "${services[@]}"; do
  [[ -z ${port_pattern[$service]:-} ]] || record_holder "$service"
done

((ledger_lines > 0)) && record_ledger "$ledger_lines"

if ((sample_cpu)); then
  sleep 0.2
  stat_after=$(</proc/stat)
  # shellcheck disable=SC2086 # each number is a field
  rec cpu ${stat_before%%$'\n'*}
  # shellcheck disable=SC2086
  rec cpu ${stat_after%%$'\n'*}
  time_after=$EPOCHREALTIME
  sample_cores usage_after
  for service in "${services[@]}"; do
    [[ -z ${usage_before[$service]} || -z ${usage_after[$service]} ]] ||
      rec cores "$service" "${usage_before[$service]}" "${usage_after[$service]}" "$time_before" "$time_after"
  done
fi
rec end
