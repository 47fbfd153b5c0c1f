import { quote } from '../../common/shell/quote.ts';
import { RUNS } from '../../desired/units/job-layout.ts';
import { jobBase } from '../../desired/units/job-name.ts';
import { parseRun, type JobRun } from './job-run.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** A bash script that prints the last runs of one job, oldest first. */
export function historyScript({ service, job }: Omit<PlacedJob, 'host'>, runs: number): string {
  const file = quote(`${RUNS}/${jobBase(service, job)}.jsonl`);
  return `[[ ! -e ${file} ]] || tail -n ${runs} ${file}`;
}

/** Reads the answer of {@link historyScript}. */
export function parseHistory(answer: string): JobRun[] {
  return answer.split('\n').flatMap((line) => parseRun(line) ?? []);
}
