import { listed } from '../../inventory/check/finding.ts';
import { CLOCK_SKEW_SECONDS, DISK_FULL } from '../../status/host-problems.ts';
import type { Vitals } from './vitals.ts';

/** One thing about a host that an operator should see to. */
export interface HostNotice {
  /** A stable name in SCREAMING_SNAKE_CASE that scripts may match on. */
  readonly code: string;
  readonly text: string;
}

/** Package lists that are older than this tell little of what is pending: a week, in seconds. */
const LISTS_OLD_SECONDS = 7 * 86_400;
/** Less than this share of memory available is worth knowing. */
const MEMORY_SHORT = 0.1;
/** The operating systems that this tool is for, as `ID VERSION_ID` of os-release(5). */
const SUPPORTED = ['debian 13', 'ubuntu 24.04'];
/** Debian 12 is the helsinki-gw's: it is served, but wants an upgrade some day. */
const TOLERATED = ['debian 12'];

/** Whether the tool is made for what a host runs. */
export function systemSupport({ osId, osVersion }: Pick<Vitals, 'osId' | 'osVersion'>): 'yes' | 'old' | 'no' {
  const system = `${osId} ${osVersion}`;
  if (SUPPORTED.includes(system)) return 'yes';
  return TOLERATED.includes(system) ? 'old' : 'no';
}

/**
 * What an operator should see to on a host, the most pressing first; a pure function.
 *
 * @param skewSeconds How far the host's clock is ahead of the operator's.
 */
export function noticesOf(vitals: Vitals, skewSeconds: number): HostNotice[] {
  return [
    clockNotice(skewSeconds),
    diskNotice(vitals),
    updateNotice(vitals),
    rebootNotice(vitals),
    outdatedNotice(vitals),
    memoryNotice(vitals),
    drainedNotice(vitals),
    listsNotice(vitals),
    systemNotice(vitals),
  ].filter((notice) => notice !== undefined);
}

/** The order of hosts: the code of the most pressing notice, by this list; hosts that need nothing come last. */
const URGENCY = [
  'UNREACHABLE',
  'CLOCK_SKEW',
  'DISK_FULL',
  'SECURITY_UPDATES',
  'REBOOT_PENDING',
  'LIBRARIES_REPLACED',
  'MEMORY_SHORT',
  'DRAINED',
  'UPDATES',
  'LISTS_OLD',
  'LISTS_MISSING',
  'SYSTEM_OLD',
  'SYSTEM_UNSUPPORTED',
];

/** How pressing notices are together: the smaller, the sooner. */
export function urgencyOf(notices: readonly HostNotice[]): number {
  return Math.min(URGENCY.length, ...notices.map(({ code }) => URGENCY.indexOf(code)).filter((n) => n >= 0));
}

function clockNotice(skew: number): HostNotice | undefined {
  if (Math.abs(skew) <= CLOCK_SKEW_SECONDS) return undefined;
  return {
    code: 'CLOCK_SKEW',
    text: `its clock is ${Math.abs(skew).toFixed(1)} s ${skew > 0 ? 'ahead' : 'behind'}`,
  };
}

function diskNotice({ diskTotalBytes, diskAvailableBytes }: Vitals): HostNotice | undefined {
  const used = diskTotalBytes > 0 ? 1 - diskAvailableBytes / diskTotalBytes : 0;
  return used > DISK_FULL
    ? { code: 'DISK_FULL', text: `its disk is ${Math.round(used * 100)} % full` }
    : undefined;
}

function memoryNotice({ memoryTotalBytes, memoryAvailableBytes }: Vitals): HostNotice | undefined {
  const left = memoryTotalBytes > 0 ? memoryAvailableBytes / memoryTotalBytes : 1;
  return left < MEMORY_SHORT
    ? { code: 'MEMORY_SHORT', text: `${Math.round(left * 100)} % of its memory is left` }
    : undefined;
}

function updateNotice({ updates }: Vitals): HostNotice | undefined {
  if (updates === undefined || updates.all === 0) return undefined;
  const { all, security } = updates;
  return security > 0
    ? { code: 'SECURITY_UPDATES', text: `${security} security ${security === 1 ? 'update' : 'updates'}` }
    : { code: 'UPDATES', text: `${all} ${all === 1 ? 'update' : 'updates'}` };
}

/** Why a host wants a restart; `undefined` where it does not. */
function rebootNotice(vitals: Vitals): HostNotice | undefined {
  const kernel = newerKernel(vitals);
  const reasons = [
    ...(kernel === undefined ? [] : [`kernel ${kernel}`]),
    ...vitals.rebootPackages.filter((name) => kernel === undefined || !name.startsWith('linux-')),
  ];
  if (kernel === undefined && !vitals.rebootRequired) return undefined;
  return {
    code: 'REBOOT_PENDING',
    text: `a restart${reasons.length === 0 ? '' : ` for ${listed(reasons.slice(0, 3))}`}`,
  };
}

/** Whether a host wants a restart. */
export function wantsReboot(vitals: Vitals): boolean {
  return rebootNotice(vitals) !== undefined;
}

/**
 * The newest installed kernel, where it is newer than the one that runs and of its kind: `-cloud-amd64` is not the
 * next version of `-amd64`.
 */
export function newerKernel({ kernel, installedKernels }: Vitals): string | undefined {
  const flavour = (name: string) => /-([a-z][a-z0-9-]*)$/i.exec(name)?.[1] ?? '';
  const same = installedKernels.filter((name) => flavour(name) === flavour(kernel));
  const newest = same.at(-1);
  return newest === kernel ? undefined : newest;
}

function outdatedNotice({ outdatedUnits }: Vitals): HostNotice | undefined {
  if (outdatedUnits.length === 0) return undefined;
  const names = outdatedUnits.map((unit) => unit.replace(/\.service$/, ''));
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return {
    code: 'LIBRARIES_REPLACED',
    text: `${names.slice(0, 3).join(', ')}${more} ${names.length === 1 ? 'runs' : 'run'} replaced libraries`,
  };
}

function drainedNotice({ drained }: Vitals): HostNotice | undefined {
  if (drained === undefined) return undefined;
  return {
    code: 'DRAINED',
    text: `drained by ${drained.by}${drained.why === '' ? '' : `: ${drained.why}`}`,
  };
}

function listsNotice({ updates }: Vitals): HostNotice | undefined {
  if (updates === undefined) {
    return { code: 'LISTS_MISSING', text: 'no package lists, so nobody knows of updates' };
  }
  const days = Math.floor(updates.listsAgeSeconds / 86_400);
  return updates.listsAgeSeconds > LISTS_OLD_SECONDS
    ? { code: 'LISTS_OLD', text: `its package lists are ${days} days old` }
    : undefined;
}

function systemNotice(vitals: Vitals): HostNotice | undefined {
  const support = systemSupport(vitals);
  if (support === 'yes') return undefined;
  return support === 'old'
    ? { code: 'SYSTEM_OLD', text: `${vitals.osName} is the release before ours` }
    : { code: 'SYSTEM_UNSUPPORTED', text: `${vitals.osName} is not one of ours` };
}
