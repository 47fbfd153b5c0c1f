import { PAUSED } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { RUNS } from '../../desired/units/job-layout.ts';
import { jobBase, jobUnitNames } from '../../desired/units/job-name.ts';
import { parseRun, type JobRun } from './job-run.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** Who paused a job, and why. */
export interface Pause {
  /** Seconds since the epoch. */
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}

/** What a job is doing on one host. */
export interface JobState {
  /** Its units are there. */
  readonly deployed: boolean;
  /** When it runs next, in seconds since the epoch; `null` where nothing will start it. */
  readonly next: number | null;
  readonly paused: Pause | null;
  /** Since when it runs, in seconds since the epoch; `null` while it does not. */
  readonly runningSince: number | null;
  readonly last: JobRun | null;
}

/** A bash script that says what the jobs of one host are doing; {@link parseJobStates} reads its answer. */
export function jobStateScript(jobs: readonly Omit<PlacedJob, 'host'>[]): string {
  const bases = jobs.map(({ service, job }) => quote(jobBase(service, job))).join(' ');
  return `
export LC_ALL=C
echo "timers $(systemctl list-timers --all -o json 'unde-job-*' | tr -d '\\n')"
systemctl show -p Id,LoadState,ActiveState ${jobs.map(({ service, job }) => quote(jobUnitNames(service, job).service)).join(' ')} |
  while IFS= read -r line; do echo "unit $line"; done
for base in ${bases}; do
  if [[ -s ${RUNS}/$base.jsonl ]]; then echo "run $base $(tail -n 1 "${RUNS}/$base.jsonl")"; fi
  if [[ -s ${RUNS}/$base.running ]]; then
    read -r since _ <"${RUNS}/$base.running"
    echo "running $base $since"
  fi
  if [[ -e ${PAUSED}/$base.timer ]]; then
    IFS= read -r line <"${PAUSED}/$base.timer"
    echo "paused $base $line"
  fi
done
echo end`.trim();
}

/** Reads the answer of {@link jobStateScript}; `undefined` where it broke off. The states are in the jobs' order. */
export function parseJobStates(
  jobs: readonly Omit<PlacedJob, 'host'>[],
  answer: string,
): JobState[] | undefined {
  const lines = answer.trimEnd().split('\n');
  if (lines.at(-1) !== 'end') return undefined;
  const records = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const byBase = (kind: string) =>
    new Map(records(kind).map((line) => [line.replace(/ .*/, ''), line.replace(/^\S+ ?/, '')]));
  const units = unitsOf(records('unit'));
  const next = nextRuns(records('timers')[0] ?? '[]');
  const [runs, running, paused] = [byBase('run'), byBase('running'), byBase('paused')];
  return jobs.map(({ service, job }) => {
    const base = jobBase(service, job);
    const names = jobUnitNames(service, job);
    const unit = units.get(names.service);
    const active = unit?.get('ActiveState') === 'activating';
    return {
      deployed: unit?.get('LoadState') === 'loaded',
      next: next.get(names.timer) ?? null,
      paused: paused.has(base) ? parsePause(paused.get(base) ?? '') : null,
      runningSince: active ? Number(running.get(base) ?? 0) : null,
      last: parseRun(runs.get(base) ?? '') ?? null,
    };
  });
}

/** Reads a pause's marker: since when, by whom and why, apart by tabs; whoever made it by hand may have left it empty. */
export function parsePause(line: string): Pause {
  const [since = '', by = '', reason = ''] = line.split('\t');
  return { since: Number(since) || 0, by, reason };
}

function unitsOf(lines: readonly string[]): Map<string, Map<string, string>> {
  const blocks = lines
    .join('\n')
    .split(/\n\n+/)
    .map(
      (block) =>
        new Map(block.split('\n').map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')])),
    );
  return new Map(blocks.map((block) => [block.get('Id') ?? '', block]));
}

/** When each timer elapses next, from `systemctl list-timers -o json`, which counts in microseconds. */
function nextRuns(json: string): Map<string, number> {
  const timers = JSON.parse(json === '' ? '[]' : json) as { unit: string; next: number | null }[];
  return new Map(
    timers.flatMap(({ unit, next }) => (next === null || next === 0 ? [] : [[unit, next / 1e6]])),
  );
}
