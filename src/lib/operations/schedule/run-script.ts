import { quote } from '../../common/shell/quote.ts';
import { RUNS, STARTED_BY } from '../../desired/units/job-layout.ts';
import { jobBase, jobUnitNames } from '../../desired/units/job-name.ts';
import { jobLedgerScript } from './ledger-line.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** For how long systemd may leave a start in its queue, in seconds: the job may be waiting for the network. */
const QUEUE_SECONDS = 30;

/** How a job is started by hand. */
export interface RunRequest {
  /** Names the line in the ledger. */
  readonly id: string;
  readonly by: string;
  /** Whether to stay until it has ended, and to bring its output. */
  readonly wait: boolean;
}

/**
 * A bash script that starts a job, and answers by lines:
 *
 *     absent              the job's unit is not on the host
 *     running SINCE BY    it runs already; nothing was started
 *     queued              systemd has not started it yet
 *     started INVOCATION
 *     | TEXT              a line of its journal
 *     ended JSON          how the run ended, as its host remembers it
 */
export function runScript({ service, job }: Omit<PlacedJob, 'host'>, { id, by, wait }: RunRequest): string {
  const base = jobBase(service, job);
  const unit = quote(jobUnitNames(service, job).service);
  return `
export LC_ALL=C
if [[ $(systemctl show -p LoadState --value ${unit}) != loaded ]]; then echo absent; exit; fi
if [[ $(systemctl is-active ${unit}) == activating ]]; then
  since=''; who=''; read -r since _ who _ 2>/dev/null <${RUNS}/${base}.running
  echo "running $since $who"; exit
fi
mkdir -p ${STARTED_BY}; printf %s ${quote(by)} >${STARTED_BY}/${base}.by
before=$(systemctl show -p InvocationID --value ${unit})
systemctl start --no-block ${unit} || exit
until run=$(systemctl show -p InvocationID --value ${unit}); [[ -n $run && $run != "$before" ]]; do
  ((SECONDS < ${QUEUE_SECONDS})) || { echo queued; exit; }
  sleep 0.1
done
${jobLedgerScript(id, by, 'run', service, `job ${job.name}`)}
echo "started $run"
${wait ? waitLines(base, unit) : ''}`.trim();
}

function waitLines(base: string, unit: string): string {
  return `
cursor=$(mktemp -d); trap 'rm -rf "$cursor"' EXIT
output() { journalctl -q -o cat --no-pager --cursor-file="$cursor/at" _SYSTEMD_INVOCATION_ID="$run" | sed 's/^/| /'; }
# It is the run that was started, and no later one, that this waits for.
going() {
  local active='' now='' key value
  while IFS='=' read -r key value; do
    case $key in ActiveState) active=$value ;; InvocationID) now=$value ;; esac
  done < <(systemctl show -p ActiveState -p InvocationID ${unit})
  [[ $now == "$run" && $active == *activating ]]
}
while going; do output; sleep 0.3; done
journalctl --sync 2>/dev/null; output
echo "ended $(grep -F "\\"invocation\\":\\"$run\\"" ${RUNS}/${base}.jsonl | tail -n 1)"`.trim();
}
