import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchRun, BatchStatus } from '../../../contracts/embed-batch.ts';

/** How often a run is looked at, in milliseconds. */
const INTERVAL_MS = 1000;

/**
 * Watches a run until it ends, or until the signal: that ends the watching, not the run.
 *
 * @param status Asks the service.
 * @param onRun Called with every look.
 * @param intervalMs Milliseconds between two looks.
 * @returns The run as it was seen last.
 */
export async function watchRun(
  begun: BatchRun,
  status: () => Promise<BatchStatus>,
  signal: AbortSignal,
  onRun: (run: BatchRun) => void,
  intervalMs = INTERVAL_MS,
): Promise<BatchRun> {
  let run = begun;
  while (run.state === 'running' && !signal.aborted) {
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    const { current, last } = await status();
    run = [current, last].find((each) => each?.id === begun.id) ?? run;
    onRun(run);
  }
  return run;
}
