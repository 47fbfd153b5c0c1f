# shellcheck shell=bash
# Records what the scheduled jobs of a service do; record-script.ts says when, and renders what it needs to know:
#   service; base (the name of the units), allowed (how many seconds after its time a run may end) and calendar, by job;
#   kept_runs; the folders: runs_folder, started_by, paused, textfiles.

set -u
export LC_ALL=C TZ=UTC
verb=${1:-}
job=${2:-}
if [[ -z $job || -z ${base[$job]:-} ]]; then
  echo "$service has no job \"$job\"" >&2
  exit 2
fi
unit=${base[$job]}
labels="service=\"$service\",job=\"$job\""
runs=$runs_folder/$unit.jsonl
running=$runs_folder/$unit.running
metrics=$textfiles/$unit
mkdir -p "$runs_folder" "$textfiles"

# Standard input becomes a file, at once.
place() {
  local draft
  draft=$(mktemp "$1.XXXXXX") && cat >"$draft" && chmod 644 "$draft" && mv -f "$draft" "$1"
}

# gauge NAME HELP VALUE
gauge() {
  printf '# HELP %s %s\n# TYPE %s gauge\n%s{%s} %s\n' "$1" "$2" "$1" "$1" "$labels" "$3"
}

# run STARTED SECONDS RESULT STATUS BY INVOCATION
run() {
  local success lines good=0
  if [[ $3 == success ]]; then good=1; fi
  printf '{"started":%s,"seconds":%s,"result":"%s","status":"%s","by":"%s","invocation":"%s"}\n' "$@" >>"$runs"
  lines=$(wc -l <"$runs")
  if ((lines > kept_runs * 2)); then tail -n "$kept_runs" "$runs" | place "$runs"; fi
  success=$(sed -n 's/^unde_job_last_success_timestamp_seconds{.*} //p' "$metrics.prom" 2>/dev/null)
  if ((good)); then success=$EPOCHSECONDS; fi
  {
    gauge unde_job_last_result '1 when the last run of a job ended well, 0 when it failed.' $good
    gauge unde_job_last_duration_seconds 'How long the last run of a job took, in seconds.' "$2"
    if [[ -n $success ]]; then
      gauge unde_job_last_success_timestamp_seconds 'When a job last ended well, in seconds since the epoch.' \
        "$success"
    fi
  } | place "$metrics.prom"
}

# A run whose end nobody saw: the host went down under it.
cut_off() {
  [[ -e $running ]] || return 0
  [[ $(systemctl is-active "$unit.service") != activating || $1 == started ]] || return 0
  local started by invocation
  read -r started _ by invocation <"$running"
  rm -f "$running"
  run "$started" 0 cut-off '' "$by" "$invocation"
}

# By when the next run must have ended.
due() {
  local next
  if [[ -e $paused/$unit.timer ]]; then
    gauge unde_job_paused '1 for a job that an operator has paused.' 1 | place "$metrics.due.prom"
    return
  fi
  next=$(systemd-analyze calendar --iterations=1 "${calendar[$job]}" | sed -n 's/^ *Next elapse: //p')
  next=$(date -d "$next" +%s) || return
  gauge unde_job_deadline_timestamp_seconds \
    'By when the next run of a job must have ended, in seconds since the epoch.' \
    $((next + ${allowed[$job]})) | place "$metrics.due.prom"
}

case $verb in
  started)
    cut_off started
    by=${TRIGGER_UNIT:+timer}
    if [[ -z $by && -e $started_by/$unit.by ]]; then by=$(tr -cd 'A-Za-z0-9@._-' <"$started_by/$unit.by"); fi
    rm -f "$started_by/$unit.by"
    read -r up _ </proc/uptime
    echo "$EPOCHSECONDS $up ${by:-hand} ${INVOCATION_ID:-}" | place "$running"
    ;;
  ended)
    read -r up _ </proc/uptime
    if [[ -e $running ]]; then
      read -r started begun by invocation <"$running"
      rm -f "$running"
    else
      started=$EPOCHSECONDS
      begun=$up
      by=hand
      invocation=${INVOCATION_ID:-}
    fi
    hundredths=$((10#${up/./} - 10#${begun/./}))
    run "$started" "$((hundredths / 100)).$(printf %02d $((hundredths % 100)))" "${SERVICE_RESULT:-unknown}" \
      "${EXIT_STATUS:-}" "$by" "$invocation"
    due
    ;;
  due)
    cut_off due
    due
    ;;
esac
