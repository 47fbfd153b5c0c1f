import { formatAge } from '../../common/text/time.ts';
import type { Context } from '../../common/context/context.ts';
import { nextCommand, reachCommand } from './next-command.ts';
import type { Observation } from './observation.ts';
import type { Capacity, HostStatus, StatusProblem, Severity } from './status.ts';

/** A disk that is fuller than this share is a warning. */
export const DISK_FULL = 0.85;
/** A clock that is further off than this, in seconds, is a warning: leases, certificates and logs all mind. */
export const CLOCK_SKEW_SECONDS = 2;

/** What is wrong with a host itself; a pure function. */
export function hostProblems(host: HostStatus, observation: Observation, context: Context): StatusProblem[] {
  const problem = (severity: Severity, code: string, message: string, hint: string): StatusProblem => ({
    severity,
    code,
    hosts: [host.name],
    service: null,
    message,
    details: [],
    hint,
  });
  const { failure } = observation;
  if (failure !== undefined) {
    // A host that is still to be built does not answer; one that was built has another status in the inventory.
    if (context.name === 'production' && observation.assignment.host.status === 'create') {
      return [
        problem(
          'warning',
          'HOST_NOT_CREATED',
          `${host.name} cannot be asked; the inventory says that it is still to be created`,
          'once it is there, change its status in inventory.yaml to running',
        ),
      ];
    }
    const named = failure.message.includes(host.name) ? failure.message : `${host.name}: ${failure.message}`;
    const seen = host.ageSeconds === null ? '' : `; it last answered ${formatAge(host.ageSeconds)} ago`;
    return [problem('error', failure.code, named + seen, failure.hint ?? reachCommand(context))];
  }
  const look = (command: string) => nextCommand(context, `exec host:${host.name} -- ${command}`);
  const problems: StatusProblem[] = [];
  if (host.state === 'stale') {
    const age = formatAge(host.ageSeconds ?? 0);
    problems.push(
      problem(
        'warning',
        'HOST_STALE',
        `${host.name} has not answered for ${age}, and what is shown of it is that old`,
        look('uptime'),
      ),
    );
  }
  if (host.drained !== null) {
    const { by, why } = host.drained;
    problems.push(
      problem(
        'warning',
        'HOST_DRAINED',
        `${by} has taken ${host.name} out of work${why === '' ? '' : `: ${why}`}`,
        nextCommand(context, `host undrain host:${host.name}`),
      ),
    );
  }
  const skew = host.clockSkewSeconds ?? 0;
  if (Math.abs(skew) > CLOCK_SKEW_SECONDS) {
    const side = skew > 0 ? 'ahead of' : 'behind';
    problems.push(
      problem(
        'warning',
        'CLOCK_SKEW',
        `the clock of ${host.name} is ${Math.abs(skew).toFixed(1)} s ${side} this machine's`,
        look('timedatectl'),
      ),
    );
  }
  if (host.disk !== null && usedShare(host.disk) > DISK_FULL) {
    const percent = Math.round(usedShare(host.disk) * 100);
    problems.push(
      problem('warning', 'DISK_FULL', `the disk of ${host.name} is ${percent} % full`, look('df -h')),
    );
  }
  return problems;
}

/** Used share of a capacity, 0 to 1. */
export function usedShare({ totalBytes, availableBytes }: Capacity): number {
  return totalBytes > 0 ? 1 - availableBytes / totalBytes : 0;
}
