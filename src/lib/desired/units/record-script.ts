import { PAUSED } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import type { JobSpec } from '../../manifest/job.ts';
import { TEXTFILES } from '../../common/layout/layout.ts';
import { KEPT_RUNS, RUNS, STARTED_BY } from './job-layout.ts';
import { jobBase } from './job-name.ts';

/** How much later than planned a run may end before it counts as missed, besides its timeout, in seconds. */
const SLACK_SECONDS = 60;

/**
 * Renders the script by which the units of a service's jobs record what they do; a pure function.
 *
 *     started JOB   before a run
 *     ended JOB     after it, however it ended, with systemd's $SERVICE_RESULT
 *     due JOB       whenever the job's timer starts, and when it is paused
 *
 * It writes one line a run to {@link RUNS}, and metrics for node-exporter, each file replaced at once. A run that a
 * crash or a power cut ended is found by what it left behind, and recorded as `cut-off`.
 */
export function renderRecorder(service: string, jobs: readonly JobSpec[], timeZone: string): string {
  const cases = jobs.map((job) => {
    const allowed = job.timeoutSeconds + (job.jitterSeconds ?? 0) + SLACK_SECONDS;
    return `  ${job.name}) base=${jobBase(service, job)} allowed=${allowed} calendar=${quote(`${job.calendar} ${timeZone}`)} ;;`;
  });
  return `#!/bin/bash
# Rendered by unde from the manifest and the inventory; changes made here are drift.
# Records what the scheduled jobs of ${service} do: job-record-${service} started|ended|due JOB
set -u
export LC_ALL=C TZ=UTC
job=\${2:-}
case $job in
${cases.join('\n')}
  *) echo "${service} has no job \\"$job\\"" >&2; exit 2 ;;
esac
labels="service=\\"${service}\\",job=\\"$job\\""
runs=${RUNS}/$base.jsonl running=${RUNS}/$base.running metrics=${TEXTFILES}/$base
mkdir -p ${RUNS} ${TEXTFILES}

# Standard input becomes a file, at once.
place() {
  local draft
  draft=$(mktemp "$1.XXXXXX") && cat >"$draft" && chmod 644 "$draft" && mv -f "$draft" "$1"
}

# gauge NAME HELP VALUE
gauge() {
  printf '# HELP %s %s\\n# TYPE %s gauge\\n%s{%s} %s\\n' "$1" "$2" "$1" "$1" "$labels" "$3"
}

# run STARTED SECONDS RESULT STATUS BY INVOCATION
run() {
  local success lines good=0
  if [[ $3 == success ]]; then good=1; fi
  printf '{"started":%s,"seconds":%s,"result":"%s","status":"%s","by":"%s","invocation":"%s"}\\n' "$@" >>"$runs"
  lines=$(wc -l <"$runs")
  if ((lines > ${KEPT_RUNS * 2})); then tail -n ${KEPT_RUNS} "$runs" | place "$runs"; fi
  success=$(sed -n 's/^unde_job_last_success_timestamp_seconds{.*} //p' "$metrics.prom" 2>/dev/null)
  if ((good)); then success=$EPOCHSECONDS; fi
  {
    gauge unde_job_last_result '1 when the last run of a job ended well, 0 when it failed.' $good
    gauge unde_job_last_duration_seconds 'How long the last run of a job took, in seconds.' "$2"
    if [[ -n $success ]]; then
      gauge unde_job_last_success_timestamp_seconds 'When a job last ended well, in seconds since the epoch.' "$success"
    fi
  } | place "$metrics.prom"
}

# A run whose end nobody saw: the host went down under it.
cut_off() {
  [[ -e $running ]] || return 0
  [[ $(systemctl is-active "$base.service") != activating || $1 == started ]] || return 0
  local started up by invocation
  read -r started up by invocation <"$running"
  rm -f "$running"
  run "$started" 0 cut-off '' "$by" "$invocation"
}

# By when the next run must have ended.
due() {
  local next
  if [[ -e ${PAUSED}/$base.timer ]]; then
    gauge unde_job_paused '1 for a job that an operator has paused.' 1 | place "$metrics.due.prom"
    return
  fi
  next=$(systemd-analyze calendar --iterations=1 "$calendar" | sed -n 's/^ *Next elapse: //p')
  next=$(date -d "$next" +%s) || return
  gauge unde_job_deadline_timestamp_seconds 'By when the next run of a job must have ended, in seconds since the epoch.' \\
    $((next + allowed)) | place "$metrics.due.prom"
}

case $1 in
  started)
    cut_off started
    by=\${TRIGGER_UNIT:+timer}
    if [[ -z $by && -e ${STARTED_BY}/$base.by ]]; then by=$(tr -cd 'A-Za-z0-9@._-' <${STARTED_BY}/$base.by); fi
    rm -f ${STARTED_BY}/$base.by
    read -r up _ </proc/uptime
    echo "$EPOCHSECONDS $up \${by:-hand} \${INVOCATION_ID:-}" | place "$running"
    ;;
  ended)
    read -r up _ </proc/uptime
    if [[ -e $running ]]; then
      read -r started begun by invocation <"$running"
      rm -f "$running"
    else
      started=$EPOCHSECONDS begun=$up by=hand invocation=\${INVOCATION_ID:-}
    fi
    hundredths=$((10#\${up/./} - 10#\${begun/./}))
    run "$started" "$((hundredths / 100)).$(printf %02d $((hundredths % 100)))" "\${SERVICE_RESULT:-unknown}" \\
      "\${EXIT_STATUS:-}" "$by" "$invocation"
    due
    ;;
  due)
    cut_off due
    due
    ;;
esac
`;
}
