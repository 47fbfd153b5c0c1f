import { formatAge } from '../../common/text/time.ts';
import type { Context } from '../../common/context/context.ts';
import { shortDigest } from '../../desired/release/release.ts';
import { nextCommand } from './next-command.ts';
import type { HostStatus, StatusProblem, ServiceStatus, Severity } from './status.ts';

/** A unit that systemd restarted is news for so long, in seconds. */
const RESTART_NEWS_SECONDS = 900;

/** What a problem says beside its place. */
interface Finding {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly details?: readonly string[];
}

/** What is wrong with a service on a host; a pure function. */
export function serviceProblems(host: HostStatus, service: ServiceStatus, context: Context): StatusProblem[] {
  const findings = [
    stateFinding(host, service, context),
    pendingFinding(host, service, context),
    lockFinding(host, service, context),
    badReleaseFinding(host, service, context),
    restartFinding(host, service, context),
  ];
  return findings.flatMap((finding): StatusProblem[] =>
    finding === undefined ? [] : [{ details: [], ...finding, hosts: [host.name], service: service.name }],
  );
}

function stateFinding(host: HostStatus, service: ServiceStatus, context: Context): Finding | undefined {
  const on = `${service.name} on ${host.name}`;
  const one = `${service.name}+host:${host.name}`;
  const age = service.sinceSeconds === null ? undefined : formatAge(service.sinceSeconds);
  const since = age === undefined ? '' : ` for ${age}`;
  const because = service.reason === '' ? '' : `: ${service.reason}`;
  const logs = nextCommand(context, `logs ${service.name} --host ${host.name}`);
  const held = service.portHolder === null ? undefined : nextCommand(context, `ssh ${host.name}`);
  switch (service.state) {
    case 'failed':
      return {
        severity: 'error',
        code: held === undefined ? 'SERVICE_FAILED' : 'PORT_HELD',
        message: `${on} failed${age === undefined ? '' : ` ${age} ago`}${because}`,
        details: service.journal,
        hint: held ?? logs,
      };
    case 'stopped':
      // What a drain stopped is told with the host.
      if (host.drained !== null && service.kind === 'service') return undefined;
      return {
        severity: 'error',
        code: 'SERVICE_STOPPED',
        message: `${on} has been stopped${since}${because}`,
        hint: held ?? nextCommand(context, `start ${one}`),
      };
    case 'unresponsive':
      return {
        severity: 'error',
        code: 'SERVICE_UNRESPONSIVE',
        message: `${on} does not answer${because}`,
        hint: logs,
      };
    case 'degraded': {
      // A process of another release, or another process altogether: only a new start mends that.
      const stranger = service.awaited.length === 0 && service.health === 200 && service.pending === null;
      return {
        severity: 'error',
        code: 'SERVICE_DEGRADED',
        message: `${on} is degraded${because}`,
        hint: stranger && service.ready === 200 ? nextCommand(context, `restart ${one}`) : logs,
      };
    }
    case 'starting':
      return {
        severity: 'warning',
        code: 'SERVICE_STARTING',
        message: `${on} has been starting${since}`,
        hint: logs,
      };
    case 'not-deployed':
      return held === undefined
        ? {
            severity: 'warning',
            code: 'NOT_DEPLOYED',
            message: `${on} was never deployed${because}`,
            hint: nextCommand(context, `deploy ${service.name}`),
          }
        : {
            severity: 'warning',
            code: 'PORT_HELD',
            message: `${on} was never deployed, and its ${service.reason}`,
            hint: held,
          };
    default:
      return undefined;
  }
}

function pendingFinding(host: HostStatus, service: ServiceStatus, context: Context): Finding | undefined {
  if (service.pending === null) return undefined;
  const { by, release, returnsInSeconds } = service.pending;
  const back =
    returnsInSeconds === null
      ? 'no timer is armed that takes it back'
      : `it goes back by itself in ${Math.round(returnsInSeconds)} s`;
  return {
    severity: 'warning',
    code: 'UNCONFIRMED_DEPLOY',
    message: `${service.name} on ${host.name} was switched to ${shortDigest(release)} by ${by} and is not confirmed: ${back}`,
    hint: nextCommand(context, `deploy ${service.name}`),
  };
}

function lockFinding(host: HostStatus, service: ServiceStatus, context: Context): Finding | undefined {
  if (service.lock === null) return undefined;
  const { owner, reason, since } = service.lock;
  return {
    severity: 'warning',
    code: 'LOCK_HELD',
    message: `${owner} holds the lock of ${service.name} on ${host.name} since ${since.slice(11, 19)} UTC${reason === '' ? '' : `: ${reason}`}`,
    hint: nextCommand(context, `history ${service.name}`),
  };
}

function badReleaseFinding(host: HostStatus, service: ServiceStatus, context: Context): Finding | undefined {
  if (service.release === null || !service.badReleases.includes(service.release)) return undefined;
  return {
    severity: 'error',
    code: 'BAD_RELEASE',
    message: `${service.name} on ${host.name} has ${shortDigest(service.release)} as its current release, which is marked bad`,
    hint: nextCommand(context, `rollback ${service.name}`),
  };
}

function restartFinding(host: HostStatus, service: ServiceStatus, context: Context): Finding | undefined {
  const age = service.sinceSeconds ?? 0;
  if (service.state !== 'running' || service.restarts === 0 || age > RESTART_NEWS_SECONDS) return undefined;
  const often = service.restarts === 1 ? 'once' : `${service.restarts} times`;
  return {
    severity: 'warning',
    code: 'SERVICE_RESTARTED',
    message: `${service.name} on ${host.name} ended by itself; systemd restarted it ${often}, the last time ${formatAge(age)} ago`,
    hint: nextCommand(context, `logs ${service.name} --host ${host.name}`),
  };
}
