import chalk from 'chalk';
import type { BatchRun, BatchStatus, HoleKind, Reconciliation } from '../../../contracts/embed-batch.ts';
import { renderTable } from '../../common/text/table.ts';
import { formatAge } from '../../common/text/time.ts';
import { scopeName } from '../../../contracts/embed-batch.ts';

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

/** What runs now, what ran last, and what could not be read. */
export function renderBatchStatus({ current, last }: BatchStatus): string {
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
    if (unreadable.length > 10) lines.push(chalk.dim('  … unde embed-batch failures lists all'));
  }
  return lines.join('\n');
}

const HOLES: Readonly<Record<HoleKind, string>> = {
  'original-without-photo': 'original(s) in the storage that no photo of the catalogue names',
  'photo-without-original': 'photo(s) of the catalogue whose original is not in the storage',
  'photo-without-embedding': 'photo(s) without an up-to-date embedding',
  'embedding-without-photo': 'embedding(s) whose photo is gone',
};
/** How many holes of a kind are shown by name. */
const SHOWN = 10;

/** How storage, photos and embeddings fit together. */
export function renderReconciliation(found: Reconciliation): string {
  const { originals, photos, embeddings, outdated_embeddings: outdated, unreadable } = found;
  const lines = [
    `${originals} originals, ${photos} photos, ${embeddings} embeddings`,
    ...(outdated > 0 ? [`${outdated} embedding(s) of models before this one`] : []),
    ...(unreadable > 0 ? [`${unreadable} photo(s) cannot be read: unde embed-batch failures`] : []),
    ...(found.holes.length === 0 ? [`${chalk.green('✔')} no holes`] : []),
  ];
  for (const { kind, count, first } of found.holes) {
    lines.push('', `${chalk.red('✘')} ${count} ${HOLES[kind]}:`);
    for (const name of first.slice(0, SHOWN)) lines.push(`  ${name}`);
    if (count > SHOWN)
      lines.push(chalk.dim(`  … ${count - SHOWN} more; --json names the first ${first.length}`));
  }
  if (found.run_open) {
    lines.push('', 'A run is open; what it has not come to yet counts as a hole: unde embed-batch status');
  }
  return lines.join('\n');
}

/** The photos that cannot be embedded, a row each. */
export function renderFailures(photos: readonly { readonly key: string; readonly reason: string }[]): string {
  if (photos.length === 0) return 'every photo that was tried could be embedded';
  return renderTable(
    [{ header: 'photo' }, { header: 'why' }],
    photos.map(({ key, reason }) => [key, reason]),
  );
}
