import { contextLabel, type Context } from '../../common/context/context.ts';
import { listed } from '../inventory/check/finding.ts';
import type { KnownCertificate } from '../../secrets/certificates/known.ts';
import { flagStatus } from './flag-status.ts';
import { serviceFacts } from '../plan/plan.ts';
import { shortDigest } from '../../desired/release/release.ts';
import { clockSkew, type Observation } from './observation.ts';
import { certificateProblems } from './certificate-problems.ts';
import { hostProblems } from './host-problems.ts';
import { nextCommand } from './next-command.ts';
import { serviceProblems } from './service-problems.ts';
import { blankService, isoTime, serviceStatus } from './service-status.ts';
import type {
  FleetStatus,
  HostStatus,
  StatusProblem,
  ServiceState,
  ServiceStatus,
  Summary,
} from './status.ts';

/** What a status depends on beside what the hosts said. */
export interface StatusOptions {
  readonly context: Context;
  readonly selector: string;
  /** The operator's clock, in seconds since the epoch. */
  readonly now: number;
  /** An answer older than this many seconds is stale. */
  readonly staleAfterSeconds: number;
  /** The certificates of the store. */
  readonly certificates?: readonly KnownCertificate[];
}

/** Makes a fleet's status of what is known of its hosts; a pure function. */
export function fleetStatus(observations: readonly Observation[], options: StatusOptions): FleetStatus {
  const pairs = observations.map((observation) => ({ observation, host: hostStatus(observation, options) }));
  const hosts = pairs.map(({ host }) => host);
  const flags = flagStatus(observations, options.context, options.now);
  const problems = bySeverity([
    ...mixedReleases(observations, hosts, options.context),
    ...certificateProblems(observations, options.certificates ?? [], options),
    ...pairs.flatMap(({ observation, host }) => hostProblems(host, observation, options.context)),
    ...merged(
      hosts
        .filter(({ state }) => state === 'up' || state === 'stale')
        .flatMap((host) =>
          host.services.flatMap((service) => serviceProblems(host, service, options.context)),
        ),
    ),
    ...flags.problems,
  ]);
  return {
    context: contextLabel(options.context),
    selector: options.selector,
    at: isoTime(options.now),
    summary: summaryOf(hosts, problems),
    problems,
    flags: flags.flags,
    hosts,
  };
}

function hostStatus(observation: Observation, options: StatusOptions): HostStatus {
  const { assignment, answer, failure } = observation;
  const facts = answer?.facts.host;
  const age = answer === undefined ? null : Math.max(0, options.now - answer.answeredAt);
  return {
    name: assignment.host.name,
    site: assignment.host.site,
    state: stateOf(observation, age, options),
    reachable: failure === undefined && answer !== undefined,
    ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
    ageSeconds: age === null ? null : Math.round(age * 10) / 10,
    cpu: facts?.cpuBusy ?? null,
    cpus: facts?.cpus ?? null,
    memory:
      facts === undefined
        ? null
        : { totalBytes: facts.memoryTotalBytes, availableBytes: facts.memoryAvailableBytes },
    disk:
      facts === undefined
        ? null
        : { totalBytes: facts.diskTotalBytes, availableBytes: facts.diskAvailableBytes },
    load: facts?.load1 ?? null,
    uptime: facts?.uptimeSeconds ?? null,
    clockSkewSeconds: answer === undefined ? null : Math.round(clockSkew(answer) * 10) / 10,
    drained:
      facts?.drained === undefined
        ? null
        : { since: isoTime(facts.drained.at), by: facts.drained.by, why: facts.drained.why },
    services: servicesOf(observation),
  };
}

function stateOf(
  { answer, failure }: Observation,
  age: number | null,
  { staleAfterSeconds }: StatusOptions,
): HostStatus['state'] {
  if (failure !== undefined) return 'unreachable';
  if (answer === undefined || age === null) return 'asking';
  return age > staleAfterSeconds ? 'stale' : 'up';
}

function servicesOf({ assignment, answer, failure, ledger, notBuilt }: Observation): ServiceStatus[] {
  const built = assignment.desired.map((desired): ServiceStatus => {
    if (answer === undefined) return blankService(desired.service, desired.kind, 'unknown');
    const facts = serviceFacts(answer.facts, desired.service);
    const status = serviceStatus(desired, facts, ledger, answer.facts.host.now);
    return failure === undefined ? status : { ...status, state: 'unknown', reason: `it was ${status.state}` };
  });
  return [...built, ...notBuilt.map((name) => blankService(name, 'planned', 'not-built'))];
}

/**
 * Services that run in several releases over the fleet. Third-party services have no release: there, what hosts with
 * the same settings have is compared.
 */
function mixedReleases(
  observations: readonly Observation[],
  hosts: readonly HostStatus[],
  context: Context,
): StatusProblem[] {
  const groups = new Map<string, Map<string, string[]>>();
  for (const [index, { assignment }] of observations.entries()) {
    const host = hosts[index];
    if (host === undefined || host.state === 'unreachable') continue;
    for (const desired of assignment.desired) {
      const release = host.services.find(({ name }) => name === desired.service)?.release;
      if (release === null || release === undefined) continue;
      const key = desired.kind === 'service' ? desired.service : `${desired.service} ${desired.digest}`;
      const releases = groups.get(key) ?? new Map<string, string[]>();
      releases.set(release, [...(releases.get(release) ?? []), host.name]);
      groups.set(key, releases);
    }
  }
  return [...groups].flatMap(([key, releases]): StatusProblem[] => {
    if (releases.size < 2) return [];
    const service = key.split(' ')[0] ?? key;
    const largest = [...releases].sort(([, a], [, b]) => b.length - a.length);
    const parts = largest.map(([release, names]) => `${shortDigest(release)} on ${few(names)}`);
    return [
      {
        severity: 'warning',
        code: 'MIXED_RELEASES',
        hosts: [...releases.values()].flat(),
        service,
        message: `${service} is mixed: ${listed(parts)}`,
        details: [],
        hint: nextCommand(context, `deploy ${service}`),
      },
    ];
  });
}

/** Says once what is so on several hosts: a service that was never deployed, most of all. */
function merged(problems: readonly StatusProblem[]): StatusProblem[] {
  const groups = new Map<string, StatusProblem[]>();
  for (const problem of problems) {
    const alone = problem.code === 'NOT_DEPLOYED' ? '' : problem.hosts.join();
    const key = [problem.code, problem.service, alone].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].flatMap((group): StatusProblem[] => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    if (first.code !== 'NOT_DEPLOYED') return group;
    const hosts = group.flatMap((problem) => problem.hosts);
    return [{ ...first, hosts, message: `${first.service} was never deployed on ${few(hosts)}` }];
  });
}

/** The first names of many. */
function few(names: readonly string[]): string {
  return names.length <= 4
    ? listed(names)
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more hosts`;
}

/** Errors first; what concerns the whole fleet or a whole host comes before single services. */
function bySeverity(problems: readonly StatusProblem[]): StatusProblem[] {
  return problems.toSorted((a, b) => a.severity.localeCompare(b.severity));
}

const STATES: readonly ServiceState[] = [
  'running',
  'starting',
  'degraded',
  'unresponsive',
  'failed',
  'stopped',
  'not-deployed',
  'not-built',
  'unknown',
];

function summaryOf(hosts: readonly HostStatus[], problems: readonly StatusProblem[]): Summary {
  const states = hosts.flatMap(({ services }) => services.map(({ state }) => state));
  const count = (state: ServiceState) => states.filter((each) => each === state).length;
  return {
    hosts: hosts.length,
    up: hosts.filter(({ state }) => state === 'up').length,
    unreachable: hosts.filter(({ state }) => state === 'unreachable').length,
    services: Object.fromEntries(STATES.map((state) => [state, count(state)])) as Summary['services'],
    errors: problems.filter(({ severity }) => severity === 'error').length,
    warnings: problems.filter(({ severity }) => severity === 'warning').length,
  };
}
