# shellcheck shell=bash
# What is asked of every host, by bash alone. Needs rec, and the folders root (of the product) and drained.

# Sets os_id, os_version and os_name from os-release(5).
# shellcheck disable=SC2034 # not every script wants all of them
read_os_release() {
  local key value
  os_id=
  os_version=
  os_name=
  while IFS='=' read -r key value; do
    value=${value//\"/}
    case $key in
      ID) os_id=$value ;;
      VERSION_ID) os_version=$value ;;
      PRETTY_NAME) os_name=$value ;;
    esac
  done </etc/os-release
}

# Sets what there is in all and what is free, in KiB: memory_total and memory_available, and disk_total and
# disk_available of the product's folder; and up, for how long the host runs, in seconds.
read_capacity() {
  local key value
  read -r up _ </proc/uptime
  memory_total=0
  memory_available=0
  while read -r key value _; do
    case $key in
      MemTotal:) memory_total=$value ;;
      MemAvailable:) memory_available=$value ;;
    esac
  done </proc/meminfo
  {
    read -r _
    read -r _ disk_total _ disk_available _
  } < <(df -Pk "$root" 2>/dev/null || df -Pk /var/lib)
}

# The record `drained`, where an operator has taken the host out of work.
record_drained() {
  local at by why
  [[ -r $drained ]] || return 0
  {
    read -r at
    IFS= read -r by
    IFS= read -r why
  } <"$drained"
  rec drained "$at" "$by" "$why"
}

# record_ledger LINES brings the last lines of the ledger, a record each.
record_ledger() {
  local line
  [[ -e $ledger_file ]] || return 0
  while IFS= read -r line; do rec ledger "$line"; done < <(tail -n "$1" "$ledger_file")
}
