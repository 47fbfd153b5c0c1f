import type { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { runOnHosts } from '../../fleet/ask/run.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** How long a host may take to answer, in milliseconds. */
const ANSWER_MS = 20_000;

/** What the hosts of some jobs answered to a question each. */
export interface JobAnswers {
  /** Standard output by host; hosts that could not be asked are absent. */
  readonly answers: ReadonlyMap<string, string>;
  readonly failures: ReadonlyMap<string, UndeError | string>;
}

/** Asks the hosts of jobs by one script each, side by side. */
export async function askHosts(
  fleet: Fleet,
  jobs: readonly PlacedJob[],
  script: (ofHost: readonly PlacedJob[]) => string,
): Promise<JobAnswers> {
  const hosts = [...new Set(jobs.map(({ host }) => host))];
  const output = new Map<string, Buffer[]>();
  const results = await runOnHosts(fleet, hosts, {
    command: (host) => script(jobs.filter((placed) => placed.host === host)),
    signal: new AbortController().signal,
    timeoutMs: ANSWER_MS,
    onStdout: (host, chunk) => {
      if (chunk !== undefined) output.set(host, [...(output.get(host) ?? []), chunk]);
    },
  });
  return {
    answers: new Map(
      results
        .filter(({ code }) => code === 0)
        .map(({ host }) => [host, Buffer.concat(output.get(host) ?? []).toString()]),
    ),
    failures: new Map(
      results
        .filter(({ code }) => code !== 0)
        .map(({ host, error, stderr }) => [host, error ?? stderr.trim()]),
    ),
  };
}
