import chalk from 'chalk';
import { formatAge } from '../../common/text/time.ts';
import { renderTable } from '../../common/text/table.ts';
import { columnsFor, hostStatusRow, hostSuffix, serviceStatusRow, serviceSign } from './render-row.ts';
import { wrapped } from '../../common/text/fit.ts';
import { cut, displayWidth } from '../../common/text/width.ts';
import { renderWork } from './render-work.ts';
import type { FleetStatus, HostStatus, StatusProblem, Summary } from './status.ts';

/** How a status is drawn. */
export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Lines of the terminal; without it, as many as it takes. */
  readonly height?: number;
  /** The operator's clock as text, in the inventory's time zone. */
  readonly clock: string;
}

/**
 * Draws a status as lines, none wider than the terminal: what is wrong first, with its cause and what to type next, then
 * the sites. Where that is more than the terminal is high, hosts that are well take one line each. A pure function;
 * every state is a word or a sign as well as a colour.
 */
export function renderStatus(status: FleetStatus, options: RenderOptions): string[] {
  const whole = lines(status, options, false);
  return options.height === undefined || whole.length <= options.height
    ? whole
    : lines(status, options, true);
}

function lines(status: FleetStatus, options: RenderOptions, folded: boolean): string[] {
  const { width } = options;
  const { problems, hosts } = status;
  return [
    ...headline(status, options),
    ...(problems.length === 0 ? [] : ['', ...problems.flatMap((problem) => problemLines(problem, width))]),
    ...flagLines(status),
    ...workLines(hosts),
    ...siteLines(hosts, width, folded),
    ...notBuiltLines(hosts),
  ].map((line) => cut(line, width));
}

function headline({ context, selector, summary }: FleetStatus, { clock, width }: RenderOptions): string[] {
  const name = context === 'production' ? chalk.bgRed.white(context) : chalk.cyan(context);
  const left = `${verdict(summary)}  ${name}${selector === 'all' ? '' : `  ${selector}`}  ${counts(summary)}`;
  const gap = width - displayWidth(left) - displayWidth(clock);
  return gap >= 2 ? [`${left}${' '.repeat(gap)}${chalk.dim(clock)}`] : [left, chalk.dim(clock)];
}

function verdict({ errors, warnings, up, hosts }: Summary): string {
  if (errors > 0) return chalk.red.bold(`✘ ${errors} wrong`);
  if (up < hosts) return chalk.yellow.bold('… asking');
  return warnings > 0 ? chalk.yellow.bold('! well, with warnings') : chalk.green.bold('● all well');
}

function counts({ hosts, up, services }: Summary): string {
  const placed = Object.entries(services)
    .filter(([state]) => state !== 'not-built')
    .reduce((sum, [, count]) => sum + count, 0);
  return chalk.dim(`${up}/${hosts} hosts up, ${services.running}/${placed} services running`);
}

function problemLines({ severity, message, details, hint }: StatusProblem, width: number): string[] {
  const sign = severity === 'error' ? chalk.red('✘') : chalk.yellow('!');
  const text = wrapped(message, width - 2);
  return [
    ...text.map((line, index) => (index === 0 ? `${sign} ${line}` : `  ${line}`)),
    ...details.map((line) => chalk.dim(`  │ ${line}`)),
    `  ${chalk.dim('→')} ${chalk.bold(hint)}`,
  ];
}

/** What an operator has set other than it comes: nothing is wrong with it, but everybody should know. */
function flagLines({ flags, at }: FleetStatus): string[] {
  if (flags.length === 0) return [];
  const lines = flags.map((flag) => {
    const values = flag.differs
      ? flag.hosts.map(({ host, value }) => `${value ?? '?'} on ${host}`).join(', ')
      : flag.value;
    const changed = Date.parse(flag.changed?.changed_at ?? '');
    const age = Number.isNaN(changed) ? '' : ` ${formatAge((Date.parse(at) - changed) / 1000)} ago`;
    const by = flag.changed === null ? '' : chalk.dim(`${age} by ${flag.changed.by}: ${flag.changed.why}`);
    return `${chalk.yellow('⚑')} ${flag.flag} of ${flag.service} is ${chalk.yellow(values)}, not ${flag.default}${by}`;
  });
  return ['', ...lines];
}

/** What services have to do: one line each. */
function workLines(hosts: readonly HostStatus[]): string[] {
  const lines = hosts.flatMap(({ name: host, services }) =>
    services.flatMap(({ name, work }) => {
      const where = name === host ? name : `${name} on ${host}`;
      return work.length === 0 ? [] : [`${chalk.dim('▸')} ${where}: ${work.map(renderWork).join(', ')}`];
    }),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

function siteLines(hosts: readonly HostStatus[], width: number, folded: boolean): string[] {
  const columns = columnsFor(width);
  const blocks = hosts.map((host) => {
    const shown = host.services.filter(({ state }) => state !== 'not-built');
    const fold = folded && host.state === 'up' && shown.every(({ state }) => state === 'running');
    return {
      host,
      rows: [hostStatusRow(host), ...(fold ? [] : shown.map((service) => serviceStatusRow(host, service)))],
      suffix: fold ? `  ${shown.map(serviceSign).join('  ')}` : hostSuffix(host),
    };
  });
  // All sites are laid out as one table, so that their columns stand under each other.
  const rows = blocks.flatMap((block) => block.rows.map((row) => row.slice(0, columns.length)));
  const [header = '', ...drawn] = renderTable(columns, rows, { width }).split('\n');
  const out: string[] = [];
  let site: string | undefined;
  let next = 0;
  for (const { host, rows: own, suffix } of blocks) {
    if (host.site !== site) out.push('', chalk.bold(host.site.toUpperCase()), header);
    site = host.site;
    out.push(`${drawn[next] ?? ''}${suffix}`, ...drawn.slice(next + 1, next + own.length));
    next += own.length;
  }
  return out;
}

/** What is only planned is said in one line: it is neither well nor wrong. */
function notBuiltLines(hosts: readonly HostStatus[]): string[] {
  const planned = hosts.map(({ services }) => services.filter(({ state }) => state === 'not-built'));
  const places = planned.filter((services) => services.length > 0).length;
  if (places === 0) return [];
  const names = [...new Set(planned.flat().map(({ name }) => name))].sort();
  return [
    '',
    chalk.dim(`not built yet, on ${places} ${places === 1 ? 'host' : 'hosts'}: ${names.join(', ')}`),
  ];
}
