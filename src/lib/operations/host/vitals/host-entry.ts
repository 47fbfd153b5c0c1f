import { parseLedger, type LedgerEntry } from '../../../fleet/ledger/entry.ts';
import { clockSkew } from '../../status/observation.ts';
import type { VitalsAnswer } from './collect.ts';
import { newerKernel, noticesOf, urgencyOf, wantsReboot, type HostNotice } from './attention.ts';

/** A host as `unde host list --json` prints it; what could not be asked is `null`. Sizes are in bytes, times ISO 8601. */
export interface MachineEntry {
  readonly host: string;
  readonly site: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What an operator should see to, the most pressing first. */
  readonly attention: readonly HostNotice[];
  readonly os: { readonly id: string; readonly version: string; readonly name: string } | null;
  readonly kernel: string | null;
  /** An installed kernel that a restart would bring. */
  readonly newerKernel: string | null;
  readonly uptimeSeconds: number | null;
  readonly rebootPending: boolean | null;
  readonly updates: {
    readonly all: number;
    readonly security: number;
    readonly listsAgeSeconds: number;
  } | null;
  /** Units that still run libraries which have been replaced. */
  readonly outdatedUnits: readonly string[];
  readonly disk: { readonly totalBytes: number; readonly availableBytes: number } | null;
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number } | null;
  /** How far its clock is ahead of the operator's, as far as the round trip lets one know. */
  readonly clockSkewSeconds: number | null;
  readonly drained: { readonly since: string; readonly by: string; readonly why: string } | null;
  readonly lastDeploy: {
    readonly at: string;
    readonly by: string;
    readonly service: string;
    readonly action: string;
    readonly result: string;
  } | null;
}

/** Makes hosts' entries of their answers, what needs attention first; a pure function. */
export function hostEntries(answers: readonly VitalsAnswer[]): MachineEntry[] {
  return answers
    .map(hostEntry)
    .toSorted(
      (a, b) => urgencyOf(a.attention) - urgencyOf(b.attention) || b.attention.length - a.attention.length,
    );
}

function hostEntry(answer: VitalsAnswer): MachineEntry {
  const { name: host, site } = answer.host;
  if ('failure' in answer) {
    const { code, message } = answer.failure;
    return {
      ...BLANK,
      host,
      site,
      error: { code, message },
      attention: [{ code: 'UNREACHABLE', text: message }],
    };
  }
  const { vitals } = answer;
  const { askedAt, answeredAt } = answer;
  const skew = clockSkew({ facts: { host: { now: vitals.now } }, askedAt, answeredAt });
  return {
    host,
    site,
    error: null,
    attention: noticesOf(vitals, skew),
    os: { id: vitals.osId, version: vitals.osVersion, name: vitals.osName },
    kernel: vitals.kernel,
    newerKernel: newerKernel(vitals) ?? null,
    uptimeSeconds: vitals.uptimeSeconds,
    rebootPending: wantsReboot(vitals),
    updates: vitals.updates ?? null,
    outdatedUnits: vitals.outdatedUnits,
    disk: { totalBytes: vitals.diskTotalBytes, availableBytes: vitals.diskAvailableBytes },
    memory: { totalBytes: vitals.memoryTotalBytes, availableBytes: vitals.memoryAvailableBytes },
    clockSkewSeconds: Math.round(skew * 10) / 10,
    drained:
      vitals.drained === undefined
        ? null
        : { since: isoTime(vitals.drained.at), by: vitals.drained.by, why: vitals.drained.why },
    lastDeploy: lastDeploy(vitals.ledger),
  };
}

const BLANK = {
  os: null,
  kernel: null,
  newerKernel: null,
  uptimeSeconds: null,
  rebootPending: null,
  updates: null,
  outdatedUnits: [],
  disk: null,
  memory: null,
  clockSkewSeconds: null,
  drained: null,
  lastDeploy: null,
} as const;

const DEPLOYS: readonly LedgerEntry['action'][] = ['deploy', 'rollback', 'return'];

function lastDeploy(ledger: readonly string[]): MachineEntry['lastDeploy'] {
  const entry = parseLedger(ledger).findLast(({ action }) => DEPLOYS.includes(action));
  if (entry === undefined) return null;
  const { at, who, service, action, result } = entry;
  return { at: isoTime(at), by: who, service, action, result };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
