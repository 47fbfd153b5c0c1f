import { quote } from '../../common/shell/quote.ts';

/** How long running jobs may take to end before a host is taken down, in seconds. */
export const JOBS_SECONDS = 600;

/**
 * Bash lines that bring a host to rest before it goes down: no job starts any more, those that run are waited for, and
 * then our own services are stopped, which answer what they have accepted. What was stopped is started again where the
 * jobs do not end. Needs nothing but systemd.
 *
 * Prints `busy UNIT…` and exits with 21 where jobs do not end in time. Leaves the stopped timers in the array `timers`.
 *
 * @param units Units of our own services that run.
 */
export function quietScript(units: readonly string[], jobsSeconds: number = JOBS_SECONDS): string {
  return `
mapfile -t timers < <(systemctl list-units --plain --no-legend --state=active 'unde-job-*.timer' | cut -d' ' -f1)
((\${#timers[@]})) && systemctl stop "\${timers[@]}"
deadline=$((EPOCHSECONDS + ${jobsSeconds}))
running() {
  systemctl list-units --plain --no-legend --state=activating,active,deactivating 'unde-job-*.service' |
    cut -d' ' -f1
}
while mapfile -t jobs < <(running); ((\${#jobs[@]})); do
  if ((EPOCHSECONDS >= deadline)); then
    ((\${#timers[@]})) && systemctl start "\${timers[@]}"
    echo "busy \${jobs[*]}"; exit 21
  fi
  sleep 1
done
${units.map((unit) => `systemctl stop ${quote(unit)}`).join('\n')}`.trim();
}
