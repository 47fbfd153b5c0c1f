import { DRAINED, PAUSED, STATE } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { oneLine } from '../../common/text/one-line.ts';
import { quietScript } from './end-jobs-script.ts';

/** What a drain is, and who asks for it. */
export interface DrainRequest {
  readonly by: string;
  readonly reason: string;
  /** Units of our own services that run. */
  readonly units: readonly string[];
  /** The line that goes into the ledger once it is done. */
  readonly record: string;
}

/**
 * A bash script that takes a host out of work until it is put back: its jobs are paused, those that run are waited for,
 * and our own services are stopped, which answer what they have accepted. Neither a deploy nor a boot starts them. What
 * holds data runs on.
 *
 * Prints `already` where it is drained, `busy UNIT…` where jobs do not end, else `drained` and the timers, one a line.
 */
export function drainScript({ by, reason, units, record }: DrainRequest, jobsSeconds?: number): string {
  return `
set -u; export LC_ALL=C
if [[ -e ${DRAINED} ]]; then echo already; exit 0; fi
${quietScript(units, jobsSeconds)}
mkdir -p ${STATE} ${PAUSED}
by=${quote(oneLine(by))}
why=${quote(oneLine(`the host is drained${reason === '' ? '' : `: ${reason}`}`))}
for timer in "\${timers[@]}"; do
  printf '%s\\t%s\\t%s\\n' "$EPOCHSECONDS" "$by" "$why" >${PAUSED}/"$timer"
done
{
  printf '%s\\n' "$EPOCHSECONDS" "$by" ${quote(oneLine(reason))}
  ${units.map((unit) => `echo unit ${quote(unit)}`).join('; ') || ':'}
  for timer in "\${timers[@]}"; do echo "timer $timer"; done
} >${DRAINED}.new && mv -f ${DRAINED}.new ${DRAINED}
${units.map((unit) => `systemctl disable --quiet ${quote(unit)}`).join('\n')}
${record}
echo drained; for timer in "\${timers[@]}"; do echo "timer $timer"; done`.trim();
}

/**
 * A bash script that lets a drained host's units start again, without starting them: that is watched by the gate.
 * Prints the marker's units, one a line behind `unit`, and `absent` where the host is not drained.
 */
export function undrainScript(): string {
  return `
set -u; export LC_ALL=C
if [[ ! -e ${DRAINED} ]]; then echo absent; exit 0; fi
while read -r kind name; do
  [[ $kind == unit ]] || continue
  systemctl enable --quiet "$name" 2>/dev/null; echo "unit $name"
done < <(tail -n +4 ${DRAINED})
echo enabled`.trim();
}

/** A bash script that ends a drain once the services run: the jobs go on, and what was missed is made up once. */
export function backAtWorkScript(record: string): string {
  return `
set -u; export LC_ALL=C
while read -r kind name; do
  [[ $kind == timer ]] || continue
  rm -f ${PAUSED}/"$name"; systemctl start "$name"
done < <(tail -n +4 ${DRAINED})
rm -f ${DRAINED}
${record}
echo back`.trim();
}
