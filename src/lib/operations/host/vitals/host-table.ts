import chalk from 'chalk';
import { formatAge } from '../../../common/text/time.ts';
import type { Column } from '../../../common/text/table.ts';
import { usedShare } from '../../status/host-problems.ts';
import type { MachineEntry } from './host-entry.ts';

/** The columns of {@link machineRow}. */
export const MACHINE_COLUMNS: readonly Column[] = [
  { header: 'host' },
  { header: 'needs', shrink: true },
  { header: 'os' },
  { header: 'kernel' },
  { header: 'up', align: 'right' },
  { header: 'updates', align: 'right' },
  { header: 'disk', align: 'right' },
  { header: 'memory', align: 'right' },
  { header: 'clock', align: 'right' },
  { header: 'last deploy' },
];

/** What is wrong stands out; what is merely worth knowing does not. */
const PRESSING = ['UNREACHABLE', 'CLOCK_SKEW', 'DISK_FULL', 'SECURITY_UPDATES'];

/**
 * A host as a row of a table.
 *
 * @param now The operator's clock, in seconds since the epoch.
 */
export function machineRow(entry: MachineEntry, now: number): string[] {
  return [
    entry.host,
    needs(entry),
    entry.os === null ? '' : `${entry.os.id} ${entry.os.version}`,
    entry.kernel ?? '',
    entry.uptimeSeconds === null ? '' : formatAge(entry.uptimeSeconds),
    updates(entry),
    entry.disk === null ? '' : percent(usedShare(entry.disk)),
    entry.memory === null ? '' : percent(usedShare(entry.memory)),
    clock(entry.clockSkewSeconds),
    lastDeploy(entry, now),
  ];
}

function needs({ attention }: MachineEntry): string {
  if (attention.length === 0) return chalk.green('nothing');
  return attention
    .map(({ code, text }) => (PRESSING.includes(code) ? chalk.red(text) : chalk.yellow(text)))
    .join(', ');
}

/** How many there are, and how many of them close a hole. */
function updates({ error, updates: pending }: MachineEntry): string {
  if (error !== null) return '';
  if (pending === null) return '?';
  return pending.security > 0 ? `${pending.all} (${pending.security} security)` : String(pending.all);
}

function clock(skew: number | null): string {
  if (skew === null) return '';
  return skew === 0 ? 'ok' : `${skew > 0 ? '+' : ''}${skew.toFixed(1)}s`;
}

function lastDeploy({ lastDeploy: last }: MachineEntry, now: number): string {
  if (last === null) return '';
  const age = formatAge(now - Date.parse(last.at) / 1000);
  const failed = last.result === 'ok' ? '' : ` (${last.result})`;
  return `${last.service} ${age} ago by ${last.by}${failed}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
