import type { Facts, ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import type { LedgerEntry } from '../../../../src/lib/fleet/ledger/entry.ts';
import type { DesiredService } from '../../../../src/lib/desired/service.ts';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import type { Observation } from '../../../../src/lib/operations/status/observation.ts';
import { fleetStatus, type StatusOptions } from '../../../../src/lib/operations/status/fleet-status.ts';
import type { FleetStatus } from '../../../../src/lib/operations/status/status.ts';

/** The moment of all fixtures, in seconds since the epoch: 2026-03-01 12:00:00 UTC. */
export const NOW = Date.UTC(2026, 2, 1, 12) / 1000;
export const RELEASE = 'a'.repeat(64);
export const OTHER_RELEASE = 'b'.repeat(64);

export function desired(service = 'embedder', port = 8003): DesiredService {
  return {
    service,
    kind: 'service',
    unit: `unde-${service}.service`,
    port,
    health: { path: '/health', ready: '/ready', startSeconds: 60, stableSeconds: 2 },
    stopSeconds: 5,
    packages: [],
    files: [],
    companions: [],
    secrets: [],
    rolling: 'independent',
    after: [],
    foundation: false,
    release: undefined,
    digest: 'rendered',
    generation: 'generation',
  };
}

/** A service that runs well; parts of it are replaced. */
export function running(name = 'embedder', parts: Partial<ServiceFacts> = {}): ServiceFacts {
  const digest = parts.digest ?? RELEASE;
  return {
    name,
    digest,
    generation: 'generation',
    releases: [digest],
    confirmed: [],
    bad: [],
    pending: undefined,
    lock: undefined,
    unit: unit(),
    health: { status: 200, body: JSON.stringify({ status: 'ok', release: digest, invocation: 'i1' }) },
    ready: { status: 200, body: '{"ready":true,"awaited":[]}' },
    portHolder: undefined,
    cpuCores: 0.25,
    ...parts,
  };
}

export function unit(
  parts: Partial<NonNullable<ServiceFacts['unit']>> = {},
): NonNullable<ServiceFacts['unit']> {
  return {
    name: 'unde-embedder.service',
    load: 'loaded',
    active: 'active',
    sub: 'running',
    enabled: 'enabled',
    invocation: 'i1',
    mainPid: 77,
    restarts: 0,
    result: 'success',
    exitStatus: 0,
    since: NOW - 7200,
    memoryBytes: 512 * 2 ** 20,
    cpuSeconds: 60,
    ...parts,
  };
}

/** Facts of a host that is well. */
export function facts(services: readonly ServiceFacts[], host: Partial<Facts['host']> = {}): Facts {
  return {
    host: {
      hostname: 'host',
      os: 'Debian GNU/Linux 13 (trixie)',
      kernel: '6.12',
      arch: 'x86_64',
      bootId: 'boot',
      now: NOW,
      uptimeSeconds: 3 * 86_400,
      cpus: 4,
      load1: 0.42,
      cpuBusy: 0.07,
      memoryTotalBytes: 8 * 2 ** 30,
      memoryAvailableBytes: 6 * 2 ** 30,
      diskTotalBytes: 100 * 2 ** 30,
      diskAvailableBytes: 60 * 2 ** 30,
      ...host,
    },
    services,
    files: [],
    packages: {},
    missingBlobs: [],
    ledger: [],
    otherServices: [],
  };
}

interface ObservedParts {
  readonly site?: string;
  readonly status?: Host['status'];
  readonly services?: readonly ServiceFacts[];
  readonly host?: Partial<Facts['host']>;
  readonly notBuilt?: readonly string[];
  readonly ledger?: readonly LedgerEntry[];
  /** Age of the answer in seconds; `undefined`: it never answered. */
  readonly age?: number | undefined;
  readonly failure?: UndeError;
}

/** A host as it was observed. */
export function observed(name: string, parts: ObservedParts = {}): Observation {
  const services = parts.services ?? [running()];
  const age = 'age' in parts ? parts.age : 0;
  return {
    assignment: {
      host: { name, site: parts.site ?? 'local', status: parts.status ?? 'running' } as Host,
      desired: services.map((service) => desired(service.name)),
    },
    notBuilt: parts.notBuilt ?? [],
    answer:
      age === undefined
        ? undefined
        : {
            facts: facts(services, { now: NOW - age, ...parts.host }),
            askedAt: NOW - age - 0.1,
            answeredAt: NOW - age,
          },
    failure: parts.failure,
    ledger: parts.ledger ?? [],
  };
}

/** A failure as a host that is cut off gives it. */
export function noAnswer(host: string): UndeError {
  return new UndeError({
    code: 'NO_ANSWER',
    message: `no answer from ${host} within 5 s`,
    exit: 'unreachable',
  });
}

export function ledgerEntry(parts: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: 'd1',
    at: NOW - 10_800,
    who: 'al@ops',
    action: 'deploy',
    service: 'embedder',
    digest: RELEASE,
    from: '',
    result: 'ok',
    seconds: 12,
    reason: '',
    ...parts,
  };
}

/** The status of what was observed, in a lab called `test` that UNDE_CONTEXT named. */
export function statusOf(
  observations: readonly Observation[],
  options: Partial<StatusOptions> = {},
): FleetStatus {
  return fleetStatus(observations, {
    context: { name: 'lab', lab: 'test', from: 'UNDE_CONTEXT' },
    selector: 'all',
    now: NOW,
    staleAfterSeconds: 11,
    ...options,
  });
}
