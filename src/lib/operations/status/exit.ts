import type { ExitClass } from '../../common/error/exit.ts';
import type { FleetStatus } from './status.ts';

/**
 * How `unde status` ends: a host that could not be asked wins over what is known to be wrong, since more may be wrong
 * there. Hosts that are still to be created are expected not to answer.
 */
export function statusExit({ hosts, problems }: FleetStatus): ExitClass {
  const silent = new Set(hosts.filter(({ state }) => state === 'unreachable').map(({ name }) => name));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.some((problem) => problem.service === null && problem.hosts.some((host) => silent.has(host)))) {
    return 'unreachable';
  }
  return errors.length > 0 ? 'unhealthy' : 'ok';
}
