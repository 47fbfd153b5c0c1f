import type { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { askHosts } from '../../fleet/ask/ask-hosts.ts';
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
export async function askJobHosts(
  fleet: Fleet,
  jobs: readonly PlacedJob[],
  script: (ofHost: readonly PlacedJob[]) => string,
): Promise<JobAnswers> {
  const scripts = [...Map.groupBy(jobs, ({ host }) => host)].map(
    ([host, own]) => [host, script(own)] as const,
  );
  const asked = [...(await askHosts(fleet, new Map(scripts), { timeoutMs: ANSWER_MS }))];
  return {
    answers: new Map(asked.flatMap(([{ name }, each]) => (each.code === 0 ? [[name, each.stdout]] : []))),
    failures: new Map(
      asked.flatMap(([{ name }, each]): [string, UndeError | string][] => {
        if (each.error !== undefined) return [[name, each.error]];
        return each.code === 0 ? [] : [[name, each.stderr.trim()]];
      }),
    ),
  };
}
