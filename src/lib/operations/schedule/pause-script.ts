import { PAUSED } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { oneLine } from '../../common/text/one-line.ts';
import { recorder } from '../../desired/units/job-layout.ts';
import { jobUnitNames } from '../../desired/units/job-name.ts';
import { jobLedgerScript } from './ledger-line.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** Who pauses or resumes a job. */
export interface PauseRequest {
  /** Names the line in the ledger. */
  readonly id: string;
  readonly by: string;
}

/**
 * A bash script that pauses a job: a marker, which deploys and boots respect, then its timer is stopped. A run that is
 * under way goes on. Answers `absent`, or `paused` with the marker that was there before.
 */
export function pauseScript(
  { service, job }: Omit<PlacedJob, 'host'>,
  { id, by }: PauseRequest,
  reason: string,
): string {
  const { timer } = jobUnitNames(service, job);
  const marker = quote(`${PAUSED}/${timer}`);
  return `
export LC_ALL=C
if [[ $(systemctl show -p LoadState --value ${quote(timer)}) != loaded ]]; then echo absent; exit; fi
set -e
before=; if [[ -e ${marker} ]]; then before=$(<${marker}); fi
mkdir -p ${PAUSED}
by=${quote(oneLine(by))}
why=${quote(oneLine(reason))}
printf '%s\\t%s\\t%s\\n' "$EPOCHSECONDS" "$by" "$why" >${marker}.new
mv -f ${marker}.new ${marker}
systemctl stop ${quote(timer)}
${recorder(service)} due ${quote(job.name)}
${jobLedgerScript(id, by, 'pause', service, `job ${job.name}: ${reason}`)}
echo "paused $before"`.trim();
}

/**
 * A bash script that lets a job's timer run again. A run that was missed meanwhile is made up at once, unless it is to
 * be passed over. Answers `absent`, `not paused`, or `resumed` with the marker that was there.
 */
export function resumeScript(
  { service, job }: Omit<PlacedJob, 'host'>,
  { id, by }: PauseRequest,
  skipMissed: boolean,
): string {
  const { timer } = jobUnitNames(service, job);
  const marker = quote(`${PAUSED}/${timer}`);
  return `
export LC_ALL=C
if [[ $(systemctl show -p LoadState --value ${quote(timer)}) != loaded ]]; then echo absent; exit; fi
if [[ ! -e ${marker} ]]; then echo 'not paused'; exit; fi
set -e
before=$(<${marker})
${skipMissed ? `mkdir -p /var/lib/systemd/timers; touch ${quote(`/var/lib/systemd/timers/stamp-${timer}`)}` : ''}
rm -f ${marker}
systemctl start ${quote(timer)}
${jobLedgerScript(id, by, 'resume', service, `job ${job.name}`)}
echo "resumed $before"`.trim();
}
