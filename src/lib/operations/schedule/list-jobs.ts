import type { Fleet } from '../../fleet/fleet.ts';
import { askJobHosts } from './ask-jobs.ts';
import { inRunningOrder, type ListedJob } from './job-listing.ts';
import { jobStateScript, parseJobStates } from './job-state.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** What the jobs of a fleet are doing, in the order of their next runs, and the hosts that could not be asked. */
export async function listJobs(
  fleet: Fleet,
  placed: readonly PlacedJob[],
): Promise<{ jobs: ListedJob[]; unreachable: string[] }> {
  const { answers } = await askJobHosts(fleet, placed, jobStateScript);
  const hosts = [...new Set(placed.map(({ host }) => host))].map((host) => {
    const own = placed.filter((each) => each.host === host);
    return { host, own, states: parseJobStates(own, answers.get(host.name) ?? '') };
  });
  const jobs = hosts.flatMap(({ host, own, states }) =>
    own.flatMap(({ service, job }, index): ListedJob[] => {
      const state = states?.[index];
      if (state === undefined) return [];
      return [{ job: job.name, service, host: host.name, does: job.does, ...state }];
    }),
  );
  return {
    jobs: inRunningOrder(jobs),
    unreachable: hosts.flatMap(({ host, states }) => (states === undefined ? [host.name] : [])),
  };
}

/** Whether somebody must look at a job: it failed, or nothing will start it. A pause is somebody's intention. */
export function isWrong({ deployed, last, next, paused, runningSince }: ListedJob): boolean {
  if (!deployed || paused !== null) return false;
  return (last !== null && last.result !== 'success') || (next === null && runningSince === null);
}
