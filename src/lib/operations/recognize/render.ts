import chalk from 'chalk';
import type { Recognition, RecognizedGarment, StepReport } from '../../../contracts/recognize.ts';
import { renderTable } from '../../common/text/table.ts';

/** How many candidates of a garment are printed. */
const SHOWN = 10;

const MARKS: Readonly<Record<StepReport['state'], string>> = {
  running: '…',
  done: '✔',
  skipped: '-',
  failed: '✘',
};

/** One step as a line: what it found, and how long it took. */
export function renderStep({ step, state, ms, note }: StepReport): string {
  const time = state === 'done' || state === 'failed' ? `${ms} ms` : '';
  const line = `${MARKS[state]} ${step.padEnd(13)}${time.padStart(8)}  ${note}`;
  return state === 'failed' ? chalk.red(line) : state === 'skipped' ? chalk.dim(line) : line;
}

/** A recognition as an operator reads it: the garments with what they can be bought as, then what it took. */
export function renderRecognition(recognition: Recognition): string {
  const { garments, degraded, error, ms, cost_usd: cost } = recognition;
  const lines = garments.flatMap((garment) => ['', ...renderGarment(garment)]);
  if (error !== null) lines.push('', chalk.red(`✘ ${error.code}  ${error.message}`));
  const without =
    degraded.length === 0 ? '' : chalk.yellow(`  degraded: went without ${degraded.join(', ')}`);
  lines.push('', `${recognition.state} in ${(ms / 1000).toFixed(1)} s, $${cost.toFixed(4)}${without}`);
  return lines.join('\n').trimStart();
}

function renderGarment({ index, category, confidence, tags, candidates }: RecognizedGarment): string[] {
  const tagged = [tags?.subcategory, tags?.pattern, ...(tags?.colours ?? [])].filter(Boolean).join(', ');
  const head = `${chalk.bold(`${index + 1}. ${category}`)} ${Math.round(confidence * 100)} %${tagged === '' ? '' : `  ${tagged}`}`;
  if (candidates.length === 0) return [head, '   nothing that can be bought was found'];
  const rows = candidates
    .slice(0, SHOWN)
    .map((each) => [
      each.sku,
      each.brand,
      each.source,
      score(each.scores.pgvector),
      score(each.scores.ximilar),
      score(each.rerank_score ?? undefined),
      each.in_stock === null ? 'unknown' : each.in_stock ? 'yes' : 'no',
      each.title ?? '',
    ]);
  const table = renderTable(
    [
      { header: 'sku' },
      { header: 'brand' },
      { header: 'source' },
      { header: 'pgvector', align: 'right' },
      { header: 'ximilar', align: 'right' },
      { header: 'rerank', align: 'right' },
      { header: 'in stock' },
      { header: 'title', shrink: true },
    ],
    rows,
  );
  const more = candidates.length > SHOWN ? [chalk.dim(`   and ${candidates.length - SHOWN} more`)] : [];
  return [head, table, ...more];
}

function score(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(3);
}
