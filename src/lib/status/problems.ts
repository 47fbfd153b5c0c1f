import { contextLabel, type Context } from '../context/context.ts';
import { formatAge } from '../cli/time.ts';
import { shortDigest } from '../release/release.ts';
import type { Observation } from './observation.ts';
import type { HostStatus, Problem, ServiceStatus } from './status.ts';

/** A disk that is fuller than this share is a warning. */
export const DISK_FULL = 0.85;
/** A clock that is further off than this, in seconds, is a warning: TOTP, TLS and replication all mind. */
export const CLOCK_SKEW_SECONDS = 2;
/** A unit that systemd restarted is news for so long, in seconds. */
const RESTART_NEWS_SECONDS = 900;

/** What the texts of problems depend on. */
export interface ProblemOptions {
  readonly context: Context;
}

/** What is wrong with a host itself. */
export function hostProblems(host: HostStatus, observation: Observation, options: ProblemOptions): Problem[] {
  const { failure } = observation;
  const problem = (severity: Problem['severity'], code: string, message: string, hint: string): Problem => ({
    severity,
    code,
    hosts: [host.name],
    service: null,
    message,
    details: [],
    hint,
  });
  if (host.state === 'asking') return [];
  if (failure !== undefined) {
    const seen = host.ageSeconds === null ? '' : `; it answered last ${formatAge(host.ageSeconds)} ago`;
    const next =
      failure.hint ?? command(options, options.context.name === 'lab' ? labStatus(options) : 'doctor');
    const planned = options.context.name === 'production' && observation.assignment.host.status === 'create';
    // A host that is still to be built does not answer; one that was built has another status in the inventory.
    return planned
      ? [
          problem(
            'warning',
            'HOST_NOT_CREATED',
            `${host.name} cannot be asked, and the inventory says that it is still to be created`,
            `once it is there, set its status to running in inventory.yaml`,
          ),
        ]
      : [problem('error', failure.code, `${messageWithHost(failure.message, host.name)}${seen}`, next)];
  }
  const problems: Problem[] = [];
  if (host.state === 'stale') {
    problems.push(
      problem(
        'warning',
        'HOST_STALE',
        `${host.name} has not answered for ${formatAge(host.ageSeconds ?? 0)}; what is shown of it is that old`,
        command(options, `exec host:${host.name} -- uptime`),
      ),
    );
  }
  const skew = host.clockSkewSeconds ?? 0;
  if (Math.abs(skew) > CLOCK_SKEW_SECONDS) {
    problems.push(
      problem(
        'warning',
        'CLOCK_SKEW',
        `the clock of ${host.name} is ${Math.abs(skew).toFixed(1)} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's`,
        command(options, `exec host:${host.name} -- timedatectl`),
      ),
    );
  }
  if (host.disk !== null && usedShare(host.disk) > DISK_FULL) {
    problems.push(
      problem(
        'warning',
        'DISK_FULL',
        `the disk of ${host.name} is ${Math.round(usedShare(host.disk) * 100)} % full`,
        command(options, `exec host:${host.name} -- df -h`),
      ),
    );
  }
  return problems;
}

/** What is wrong with a service on a host; what several hosts share is merged later. */
export function serviceProblems(
  host: HostStatus,
  service: ServiceStatus,
  options: ProblemOptions,
): Problem[] {
  const on = `${service.name} on ${host.name}`;
  const target = `${service.name}+host:${host.name}`;
  const logs = command(options, `logs ${service.name} --host ${host.name}`);
  const because = service.reason === '' ? '' : `: ${service.reason}`;
  const problem = (severity: Problem['severity'], code: string, message: string, hint: string): Problem => ({
    severity,
    code,
    hosts: [host.name],
    service: service.name,
    message,
    details: [],
    hint,
  });
  const since = service.sinceSeconds === null ? '' : ` since ${formatAge(service.sinceSeconds)}`;
  const problems: Problem[] = [];
  if (service.state === 'failed') {
    problems.push(
      problem(
        'error',
        service.portHolder === null ? 'SERVICE_FAILED' : 'PORT_HELD',
        `${on} has failed${since}${because}`,
        service.portHolder === null ? logs : command(options, `ssh ${host.name}`),
      ),
    );
  } else if (service.state === 'stopped') {
    const start = command(options, `start ${target}`);
    problems.push(
      problem(
        'error',
        'SERVICE_STOPPED',
        `${on} is stopped${since}${because}`,
        service.portHolder === null ? start : command(options, `ssh ${host.name}`),
      ),
    );
  } else if (service.state === 'unresponsive') {
    problems.push(problem('error', 'SERVICE_UNRESPONSIVE', `${on} does not answer${because}`, logs));
  } else if (service.state === 'degraded') {
    const wrongRelease = service.ready === 200 || service.reason.startsWith('it runs release');
    problems.push(
      problem(
        'error',
        'SERVICE_DEGRADED',
        `${on} is degraded${because}`,
        wrongRelease && service.pending === null ? command(options, `restart ${target}`) : logs,
      ),
    );
  } else if (service.state === 'starting') {
    problems.push(problem('warning', 'SERVICE_STARTING', `${on} is starting${since}`, logs));
  } else if (service.state === 'not-deployed') {
    problems.push(
      service.portHolder === null
        ? problem(
            'warning',
            'NOT_DEPLOYED',
            `${on} was never deployed`,
            command(options, `deploy ${service.name}`),
          )
        : problem(
            'warning',
            'PORT_HELD',
            `${on} was never deployed, and its ${service.reason}`,
            command(options, `ssh ${host.name}`),
          ),
    );
  }
  if (service.pending !== null) {
    const { by, release, returnsInSeconds } = service.pending;
    const back =
      returnsInSeconds === null
        ? 'no timer will take it back'
        : `it goes back by itself in ${Math.round(returnsInSeconds)} s`;
    problems.push(
      problem(
        'warning',
        'UNCONFIRMED_DEPLOY',
        `${on} was switched to ${shortDigest(release)} by ${by} and is not confirmed: ${back}`,
        command(options, `deploy ${service.name}`),
      ),
    );
  }
  if (service.lock !== null) {
    const { owner, reason, since: from } = service.lock;
    problems.push(
      problem(
        'warning',
        'LOCK_HELD',
        `${owner} holds the lock of ${on} since ${from.slice(11, 19)} UTC${reason === '' ? '' : `: ${reason}`}`,
        command(options, `history ${service.name}`),
      ),
    );
  }
  if (service.release !== null && service.badReleases.includes(service.release)) {
    problems.push(
      problem(
        'error',
        'BAD_RELEASE',
        `${on} runs ${shortDigest(service.release)}, which is marked bad`,
        command(options, `rollback ${service.name}`),
      ),
    );
  }
  if (
    service.restarts > 0 &&
    service.state === 'running' &&
    (service.sinceSeconds ?? 0) < RESTART_NEWS_SECONDS
  ) {
    problems.push(
      problem(
        'warning',
        'SERVICE_RESTARTED',
        `${on} runs again since ${formatAge(service.sinceSeconds ?? 0)}, but systemd had to restart it ${times(service.restarts)}`,
        logs,
      ),
    );
  }
  return problems;
}

/** Used share of a capacity, 0 to 1. */
export function usedShare({
  totalBytes,
  availableBytes,
}: {
  totalBytes: number;
  availableBytes: number;
}): number {
  return totalBytes > 0 ? 1 - availableBytes / totalBytes : 0;
}

/** A command as it must be typed: with the context, where only a flag named it. */
export function command({ context }: ProblemOptions, words: string): string {
  const flag = context.from === '--context' ? ` -c ${contextLabel(context)}` : '';
  // What stands behind -- belongs to the other command.
  const [own = '', ...rest] = words.split(' -- ');
  const carries = !own.startsWith('lab ');
  return ['unde ', own, carries ? flag : '', ...rest.map((part) => ` -- ${part}`)].join('');
}

function labStatus({ context }: ProblemOptions): string {
  return context.lab === 'default' ? 'lab status' : `lab status --name ${context.lab}`;
}

function messageWithHost(message: string, host: string): string {
  return message.includes(host) ? message : `${host}: ${message}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
