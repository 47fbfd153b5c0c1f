import path from 'node:path';
import chalk from 'chalk';
import type { InventoryFile } from '../../../inventory/inventory.ts';
import type { Finding } from './finding.ts';

/** A finding as `--json` prints it: with the file that its line is in. */
export interface PlacedFinding extends Finding {
  readonly where: string;
}

/** A finding with its place as `file:line`. */
export function placed(inventory: InventoryFile, finding: Finding): PlacedFinding {
  return { ...finding, where: `${inventory.file}:${finding.line}` };
}

/**
 * Findings for the eye, each with its place and what to do, and a count at the end.
 *
 * @param from The folder that places are written relative to, so that a terminal can open them.
 */
export function renderFindings(inventory: InventoryFile, findings: readonly Finding[], from: string): string {
  const relative = path.relative(from, inventory.file);
  const file = relative.startsWith('..') ? inventory.file : relative;
  const blocks = findings.map(({ code, severity, message, line, hint }) =>
    [
      `${severity === 'error' ? chalk.red.bold('error  ') : chalk.yellow('warning')} ${code}  ${chalk.dim(`${file}:${line}`)}`,
      `        ${message}`,
      `        ${chalk.dim('→')} ${hint}`,
    ].join('\n'),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const { hosts, sites } = inventory;
  const total =
    findings.length === 0
      ? `${chalk.green('ok')}  ${hosts.length} hosts at ${sites.length} sites, nothing wrong`
      : `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}  (${hosts.length} hosts at ${sites.length} sites)`;
  return [...blocks, total].join('\n\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
