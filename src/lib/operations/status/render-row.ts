import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import { formatAge } from '../../common/text/time.ts';
import { CLOCK_SKEW_SECONDS, DISK_FULL, usedShare } from './host-problems.ts';
import { formatSize } from '../../common/text/size.ts';
import type { Capacity, HostStatus, ServiceStatus } from './status.ts';

/** From this width on there is room for load and last deploy. */
const WIDE = 100;

/** The columns of {@link hostStatusRow} and {@link serviceStatusRow} that a terminal has room for. */
export function columnsFor(width: number): Column[] {
  const columns: Column[] = [
    { header: 'host / service', shrink: true },
    { header: 'state' },
    { header: 'release' },
    { header: 'since', align: 'right' },
    { header: 'cpu', align: 'right' },
    { header: 'memory', align: 'right' },
    { header: 'disk', align: 'right' },
  ];
  if (width < WIDE) return columns;
  return [...columns, { header: 'load', align: 'right' }, { header: 'last deploy', shrink: true }];
}

/** A host as a row: its shares of processor, memory and disk. */
export function hostStatusRow(host: HostStatus): string[] {
  const paint = painter(host);
  const full = host.disk !== null && usedShare(host.disk) > DISK_FULL;
  return [
    chalk.bold(host.name),
    hostState(host),
    '',
    host.uptime === null ? '' : paint(formatAge(host.uptime)),
    host.cpu === null ? '' : paint(percent(host.cpu)),
    paint(usedText(host.memory)),
    full ? chalk.yellow(usedText(host.disk)) : paint(usedText(host.disk)),
    host.load === null ? '' : paint(host.load.toFixed(2)),
    '',
  ];
}

/** What stands behind a host's row: why it has no answer, how old the last one is, a clock that is wrong. */
export function hostSuffix(host: HostStatus): string {
  const parts: string[] = [];
  if (host.error !== undefined) {
    parts.push(
      host.error.code === 'NO_ANSWER' ? 'no answer' : host.error.code.toLowerCase().replaceAll('_', ' '),
    );
  }
  const old = host.state === 'stale' || host.state === 'unreachable';
  if (old && host.ageSeconds !== null) parts.push(`answered ${formatAge(host.ageSeconds)} ago`);
  const skew = host.clockSkewSeconds ?? 0;
  if (Math.abs(skew) > CLOCK_SKEW_SECONDS) parts.push(`clock ${skew > 0 ? '+' : '−'}${Math.abs(skew)} s`);
  if (parts.length === 0) return '';
  return `  ${(host.state === 'unreachable' ? chalk.red : chalk.yellow)(parts.join(', '))}`;
}

/** A service as a row under its host. */
export function serviceStatusRow(host: HostStatus, service: ServiceStatus): string[] {
  const paint = painter(host);
  const last = service.lastDeploy;
  const deployed =
    last === null
      ? ''
      : [last.action, last.result === 'ok' ? '' : last.result, formatAge(last.ageSeconds), 'ago by', last.by]
          .filter((word) => word !== '')
          .join(' ');
  return [
    `  ${paint(service.name)}`,
    serviceState(host, service),
    paint(service.release === null ? '' : service.release.slice(0, 8)),
    paint(service.sinceSeconds === null ? '' : formatAge(service.sinceSeconds)),
    paint(service.cpu === null ? '' : percent(service.cpu)),
    paint(service.memoryBytes === null ? '' : formatSize(service.memoryBytes)),
    '',
    '',
    last !== null && last.result !== 'ok' && host.state === 'up' ? chalk.yellow(deployed) : paint(deployed),
  ];
}

/** A service in two words, for a host that takes one line. */
export function serviceSign({ name, state }: ServiceStatus): string {
  const [sign, colour] = SIGNS[state];
  return `${colour(sign)} ${name}`;
}

// Colours are asked for when they are used: tests switch them.
const SIGNS: Readonly<Record<ServiceStatus['state'], readonly [string, (text: string) => string]>> = {
  running: ['●', (text) => chalk.green(text)],
  starting: ['◐', (text) => chalk.yellow(text)],
  degraded: ['◑', (text) => chalk.yellow(text)],
  unresponsive: ['✘', (text) => chalk.red(text)],
  failed: ['✘', (text) => chalk.red(text)],
  stopped: ['■', (text) => chalk.red(text)],
  'not-deployed': ['○', (text) => chalk.dim(text)],
  'not-built': ['·', (text) => chalk.dim(text)],
  unknown: ['?', (text) => chalk.dim(text)],
};

function hostState({ state }: HostStatus): string {
  if (state === 'up') return chalk.green('● up');
  if (state === 'stale') return chalk.yellow('◌ stale');
  return state === 'asking' ? chalk.dim('… asking') : chalk.red('✘ unreachable');
}

function serviceState(host: HostStatus, { state, pending }: ServiceStatus): string {
  const [sign, colour] = SIGNS[state];
  const text = `${sign} ${state.replace('-', ' ')}${pending === null ? '' : ' *'}`;
  // What is old is never green.
  return host.state === 'up' ? colour(text) : chalk.dim(text);
}

/** What is not fresh is dimmed. */
function painter(host: HostStatus): (text: string) => string {
  return (text) => (text === '' || host.state === 'up' ? text : chalk.dim(text));
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function usedText(capacity: Capacity | null): string {
  return capacity === null ? '' : percent(usedShare(capacity));
}
