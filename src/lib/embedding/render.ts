import chalk from 'chalk';
import type { BatchRun, BatchStatus } from '../../contracts/embed-batch.ts';
import { formatAge } from '../cli/time.ts';

/** How wide a progress bar is, in columns. */
const BAR = 30;

/** A run as one line: how far it is, how fast, and how long it will take. */
export function renderRun(run: BatchRun): string {
  const over = run.done + run.failed;
  const share = run.total === 0 ? 1 : Math.min(1, over / run.total);
  const filled = Math.round(share * BAR);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
  const parts = [
    `${bar} ${String(Math.floor(share * 100)).padStart(3)} %`,
    `${over}/${run.total} photos`,
    run.state === 'running' && run.rate > 0 ? `${run.rate.toFixed(1)}/s` : '',
    run.state === 'running' && run.eta_seconds !== null ? `${formatAge(run.eta_seconds)} left` : '',
    run.failed > 0 ? chalk.yellow(`${run.failed} unreadable`) : '',
    run.state === 'running' ? '' : run.state,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

/** What a scope is called. */
export function scopeName(scope: BatchRun['scope']): string {
  if (typeof scope === 'string') return scope;
  return 'brand' in scope ? `brand ${scope.brand}` : `${scope.skus.length} SKU(s)`;
}

/** What runs now, what ran last, and what could not be read. */
export function renderStatus({ current, last }: BatchStatus): string {
  const lines = [
    ...(current === null
      ? ['no run is open']
      : [`${chalk.bold(scopeName(current.scope))}  since ${current.started}`, renderRun(current)]),
    ...(last === null
      ? []
      : [
          chalk.dim(`last: ${scopeName(last.scope)}, ${last.state} ${last.ended ?? ''}, ${last.done} photos`),
        ]),
  ];
  const unreadable = (current ?? last)?.unreadable ?? [];
  if (unreadable.length > 0) {
    lines.push('', `${unreadable.length} photo(s) cannot be embedded:`);
    for (const { key, reason } of unreadable.slice(0, 10)) lines.push(`  ${key}  ${chalk.dim(reason)}`);
    if (unreadable.length > 10) lines.push(chalk.dim('  … unde embed-batch unreadable lists all'));
  }
  return lines.join('\n');
}
