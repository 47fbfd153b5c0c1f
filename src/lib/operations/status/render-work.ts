import chalk from 'chalk';
import type { WorkReport } from '../../../contracts/work.ts';
import { formatAge } from '../../common/text/time.ts';

/** A service's work as part of a line: what it is, how much, against what it should be or will be. */
export function renderWork(work: WorkReport): string {
  const { name, value, unit, target, of, rate, eta_seconds: eta, note } = work;
  const amount = of === undefined ? measure(value, unit) : progress(value, of, unit);
  const over = target !== undefined && value > target;
  const parts = [
    `${name} ${over ? chalk.red(amount) : amount}`,
    target === undefined
      ? ''
      : `${over ? chalk.red('over') : 'of'} ${unit === 'ms' ? measure(target, unit) : target}`,
    rate === undefined ? '' : `${rate.toFixed(1)}/s`,
    eta === undefined ? '' : `${formatAge(eta)} left`,
    note ?? '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function progress(value: number, of: number, unit: string): string {
  const share = of === 0 ? 100 : Math.min(100, Math.floor((value / of) * 100));
  return `${value} of ${of} ${unit} (${share} %)`;
}

/** Milliseconds as a person reads them; everything else is counted. */
function measure(value: number, unit: string): string {
  if (unit !== 'ms') return `${value} ${unit}`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
