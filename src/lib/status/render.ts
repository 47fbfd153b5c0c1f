import { stripVTControlCharacters } from 'node:util';
import chalk from 'chalk';
import { displayWidth, renderTable, type Column } from '../cli/table.ts';
import { formatAge } from '../cli/time.ts';
import { CLOCK_SKEW_SECONDS, DISK_FULL, usedShare } from './problems.ts';
import type { FleetStatus, HostStatus, Problem, ServiceStatus, Summary } from './status.ts';

/** How a status is drawn. */
export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** The operator's clock as text, in the inventory's time zone. */
  readonly clock: string;
}

type Row = readonly string[];

/** From this width on there is room for load and last deploy. */
const WIDE = 100;

/**
 * Draws a status as lines, none wider than the terminal: what is wrong first, with its cause and what to type next, then
 * the sites. A pure function; every state is a word and a sign as well as a colour.
 */
export function renderStatus(status: FleetStatus, options: RenderOptions): string[] {
  const { width } = options;
  return [
    ...headline(status, options),
    ...(status.problems.length === 0
      ? []
      : ['', ...status.problems.flatMap((problem) => problemLines(problem, width))]),
    ...siteLines(status.hosts, width),
    ...notBuiltLines(status.hosts, width),
  ].map((line) => cut(line, width));
}

function headline({ context, selector, summary }: FleetStatus, { clock, width }: RenderOptions): string[] {
  const name = context === 'production' ? chalk.bgRed.white(context) : chalk.cyan(context);
  const left = `${verdict(summary)}  ${name}${selector === 'all' ? '' : `  ${selector}`}  ${counts(summary)}`;
  const gap = width - displayWidth(left) - displayWidth(clock);
  return gap >= 2 ? [`${left}${' '.repeat(gap)}${chalk.dim(clock)}`] : [left];
}

function verdict({ errors, warnings, up, hosts }: Summary): string {
  if (errors > 0) return chalk.red.bold(`✘ ${errors} wrong`);
  if (up < hosts) return chalk.yellow.bold('… asking');
  return warnings > 0 ? chalk.yellow.bold('! well, with warnings') : chalk.green.bold('✔ all well');
}

function counts({ hosts, up, services }: Summary): string {
  const placed = Object.entries(services)
    .filter(([state]) => state !== 'not-built')
    .reduce((sum, [, count]) => sum + count, 0);
  return chalk.dim(`${up} of ${hosts} hosts up, ${services.running} of ${placed} services running`);
}

function problemLines({ severity, message, details, hint }: Problem, width: number): string[] {
  const sign = severity === 'error' ? chalk.red('✘') : chalk.yellow('!');
  const text = wrapped(message, width - 2);
  return [
    ...text.map((line, index) => (index === 0 ? `${sign} ${line}` : `  ${line}`)),
    ...details.map((line) => chalk.dim(`  │ ${line}`)),
    `  ${chalk.dim('→')} ${chalk.bold(hint)}`,
  ];
}

function siteLines(hosts: readonly HostStatus[], width: number): string[] {
  const columns = columnsFor(width);
  const sites = [...new Set(hosts.map(({ site }) => site))];
  const rows = hosts.map((host) => ({
    site: host.site,
    host,
    rows: [hostRow(host), ...host.services.filter(isShown).map((service) => serviceRow(host, service))],
  }));
  // All sites are laid out as one table, so that their columns stand under each other.
  const [header = '', ...lines] = renderTable(
    columns,
    rows.flatMap((each) => each.rows.map((row) => row.slice(0, columns.length))),
    { width },
  ).split('\n');
  const out: string[] = [];
  let next = 0;
  const drawn = rows.map((each) => {
    const own = lines.slice(next, next + each.rows.length);
    next += each.rows.length;
    return {
      site: each.site,
      lines: own.map((line, index) => (index === 0 ? line + suffix(each.host) : line)),
    };
  });
  for (const site of sites) {
    out.push('', `${chalk.bold(site.toUpperCase())}`, header);
    out.push(...drawn.filter((each) => each.site === site).flatMap((each) => each.lines));
  }
  return out;
}

function columnsFor(width: number): Column[] {
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

function hostRow(host: HostStatus): Row {
  const paint = painter(host);
  const share = (capacity: HostStatus['disk']) =>
    capacity === null ? '' : `${Math.round(usedShare(capacity) * 100)}%`;
  const disk = share(host.disk);
  const full = host.disk !== null && usedShare(host.disk) > DISK_FULL;
  return [
    chalk.bold(host.name),
    hostState(host),
    '',
    host.uptime === null ? '' : paint(formatAge(host.uptime)),
    host.cpu === null ? '' : paint(`${Math.round(host.cpu * 100)}%`),
    paint(share(host.memory)),
    full ? chalk.yellow(disk) : paint(disk),
    host.load === null ? '' : paint(host.load.toFixed(2)),
    '',
  ];
}

function hostState(host: HostStatus): string {
  if (host.state === 'up') return chalk.green('● up');
  if (host.state === 'stale') return chalk.yellow('◌ stale');
  return host.state === 'asking' ? chalk.dim('… asking') : chalk.red('✘ unreachable');
}

/** What stands behind a host's row: why it has no answer, how old the last one is, a clock that is wrong. */
function suffix(host: HostStatus): string {
  const parts: string[] = [];
  if (host.error !== undefined) parts.push(host.error.code === 'NO_ANSWER' ? 'no answer' : host.error.code);
  const old = host.state === 'stale' || host.state === 'unreachable';
  if (old && host.ageSeconds !== null) parts.push(`answered ${formatAge(host.ageSeconds)} ago`);
  if (Math.abs(host.clockSkewSeconds ?? 0) > CLOCK_SKEW_SECONDS) {
    parts.push(`clock ${(host.clockSkewSeconds ?? 0) > 0 ? '+' : ''}${host.clockSkewSeconds} s`);
  }
  if (parts.length === 0) return '';
  return `  ${(host.state === 'unreachable' ? chalk.red : chalk.yellow)(parts.join(', '))}`;
}

function serviceRow(host: HostStatus, service: ServiceStatus): Row {
  const paint = painter(host);
  const last = service.lastDeploy;
  return [
    `  ${paint(service.name)}`,
    serviceState(host, service),
    paint(service.release === null ? '' : service.release.slice(0, 8)),
    paint(service.sinceSeconds === null ? '' : formatAge(service.sinceSeconds)),
    paint(service.cpu === null ? '' : `${Math.round(service.cpu * 100)}%`),
    paint(service.memoryBytes === null ? '' : size(service.memoryBytes)),
    '',
    '',
    last === null ? '' : paint(`${last.action} ${last.result} ${formatAge(last.ageSeconds)} ago, ${last.by}`),
  ];
}

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

function serviceState(host: HostStatus, service: ServiceStatus): string {
  const [sign, colour] = SIGNS[service.state];
  const text = `${sign} ${service.state.replace('-', ' ')}${service.pending === null ? '' : ' *'}`;
  // What is old is never green.
  return host.state === 'up' ? colour(text) : chalk.dim(text);
}

function painter(host: HostStatus): (text: string) => string {
  return (text) => (text === '' || host.state === 'up' ? text : chalk.dim(text));
}

function isShown({ state }: ServiceStatus): boolean {
  return state !== 'not-built';
}

/** What is only planned is said in one line: it is neither well nor wrong. */
function notBuiltLines(hosts: readonly HostStatus[], width: number): string[] {
  const names = hosts.flatMap(({ services }) =>
    services.filter((each) => !isShown(each)).map(({ name }) => name),
  );
  if (names.length === 0) return [];
  const list = [...new Set(names)].sort().join(', ');
  return ['', chalk.dim(cut(`not built yet, on ${names.length} places: ${list}`, width))];
}

function size(bytes: number): string {
  const units: readonly (readonly [number, string])[] = [
    [2 ** 30, 'G'],
    [2 ** 20, 'M'],
    [2 ** 10, 'K'],
  ];
  const [unit, name] = units.find(([least]) => bytes >= least) ?? [1, 'B'];
  const value = bytes / unit;
  return `${value < 10 && unit > 1 ? value.toFixed(1) : Math.round(value)}${name}`;
}

/** A line that is too wide loses its end, and its colours. */
function cut(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  return `${Array.from(stripVTControlCharacters(line))
    .slice(0, width - 1)
    .join('')}…`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
