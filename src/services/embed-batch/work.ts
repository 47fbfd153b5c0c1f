import type { BatchRun } from '../../contracts/embed-batch.ts';
import type { WorkReport } from '../../contracts/work.ts';
import { scopeName } from '../../contracts/embed-batch.ts';

/** What embed-batch tells of its work: the open run, where there is one. */
export function batchWork(run: BatchRun | null): WorkReport[] {
  if (run === null) return [];
  const { scope, state, total, done, failed, rate, eta_seconds: eta } = run;
  const paused = state === 'running' ? '' : state;
  const unreadable = failed === 0 ? '' : `${failed} unreadable`;
  const note = [paused, unreadable].filter((part) => part !== '').join(', ');
  return [
    {
      name: `run ${scopeName(scope)}`,
      value: done + failed,
      of: total,
      unit: 'photos',
      ...(state === 'running' && rate > 0 ? { rate } : {}),
      ...(state === 'running' && eta !== null ? { eta_seconds: eta } : {}),
      ...(note === '' ? {} : { note }),
    },
  ];
}
