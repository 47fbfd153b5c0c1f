import chalk from 'chalk';
import { renderTable } from '../../common/text/table.ts';
import { formatAge, formatTime } from '../../common/text/time.ts';
import type { FiringAlert } from './alert-list.ts';
import type { AlertStatus } from './alert-status.ts';

/** What rendering needs beside the status. */
export interface AlertView {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly timeZone: string;
  readonly width: number | undefined;
}

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  critical: chalk.red,
  warning: chalk.yellow,
  info: chalk.cyan,
};

/** `unde alerts` as text: whether monitoring is well, what fires, what is explained by it, what is silenced. */
export function renderAlerts(status: AlertStatus, view: AlertView): string {
  const loud = status.alerts.filter(isLoud);
  const explained = status.alerts.filter(({ state }) => state === 'explained');
  const silenced = status.alerts.filter(({ state }) => state === 'silenced');
  const counts = [
    [loud.length, 'firing'],
    [explained.length, 'explained by another'],
    [silenced.length, 'silenced'],
  ] as const;
  const head = counts
    .filter(([count], index) => count > 0 || index === 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
  const parts = [
    loud.length === 0 ? `${chalk.green('✔')} ${head}` : `${chalk.red('✘')} ${head}`,
    ...downLines(status),
    loud.length === 0 ? '' : alertTable(loud, view),
    explained.length === 0
      ? ''
      : `${chalk.dim('explained by another alert')}\n${alertTable(explained, view)}`,
    silenced.length === 0 ? '' : `${chalk.dim('silenced')}\n${alertTable(silenced, view)}`,
    status.silences.length === 0 ? '' : silenceTable(status, view),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Whether an alert is one that an operator should see to. */
export function isLoud({ state }: FiringAlert): boolean {
  return state === 'told' || state === 'untold';
}

function downLines({ prometheus, alertmanager }: AlertStatus): string[] {
  return [
    prometheus === null
      ? ''
      : chalk.red(`${prometheus}: nothing is watched, and what follows is what was known last`),
    alertmanager === null ? '' : chalk.red(`${alertmanager}: nobody is told of what fires`),
  ].filter((line) => line !== '');
}

function alertTable(alerts: readonly FiringAlert[], { now, width }: AlertView): string {
  return renderTable(
    [
      { header: 'severity' },
      { header: 'alert' },
      { header: 'host' },
      { header: 'since', align: 'right' },
      { header: 'summary', shrink: true },
      { header: 'runbook' },
    ],
    alerts.map(({ severity, name, host, site, since, summary, runbook }) => [
      (COLOURS[severity] ?? chalk.reset)(severity),
      name,
      host ?? (site === null ? '' : `@${site}`),
      formatAge((now - Date.parse(since)) / 1000),
      summary,
      runbook,
    ]),
    { width },
  );
}

function silenceTable({ silences }: AlertStatus, { timeZone, width }: AlertView): string {
  return renderTable(
    [
      { header: 'silence' },
      { header: 'alert' },
      { header: 'host' },
      { header: `until (${timeZone})` },
      { header: 'by' },
      { header: 'why', shrink: true },
    ],
    silences.map(({ id, alert, host, matchers, until, by, why }) => [
      id.slice(0, 8),
      alert ?? (host === null ? matchers : 'all'),
      host ?? '',
      formatTime(Date.parse(until) / 1000, timeZone),
      by,
      why,
    ]),
    { width },
  );
}
