import type { ExitClass } from '../../common/error/exit.ts';
import { worstExit } from '../../common/error/worst-exit.ts';
import type { FleetStatus } from './status.ts';

/**
 * How `unde status` ends. Hosts that are still to be created are expected not to answer.
 */
export function statusExit({ hosts, problems }: FleetStatus): ExitClass {
  const silent = new Set(hosts.filter(({ state }) => state === 'unreachable').map(({ name }) => name));
  const errors = problems.filter(({ severity }) => severity === 'error');
  return worstExit({
    unreachable: errors.some(
      (problem) => problem.service === null && problem.hosts.some((host) => silent.has(host)),
    ),
    unhealthy: errors.length > 0,
  });
}
