import type { Drill } from './drill.ts';
import type { Progress, TrialResult } from './progress.ts';
import { trialRandom } from './random.ts';
import type { PlannedTrial } from './selection.ts';

/** How it went. */
export interface Ended {
  /** Ctrl-C came before the last trial had ended. */
  readonly interrupted: boolean;
}

/** Whom a drill listens to for Ctrl-C; the process, except in tests. */
interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * Runs the trials that have not been done yet, one after another, and tells of each as soon as it has ended. A trial
 * that failed does not end the drill. Ctrl-C lets the trial that runs come to its end, and begins no other; the same
 * Ctrl-C reaches the commands that it has started, so that one which fails after it counts as not done.
 */
export async function runTrials<Ground>(
  drill: Drill<Ground>,
  trials: readonly PlannedTrial[],
  before: Progress,
  onResult: (progress: Progress) => void,
  signals: Signals = process,
  print: (line: string) => void = console.log,
): Promise<Ended> {
  let progress = before;
  let stopping = false;
  const open = trials.filter(
    ({ cell, run }) => !before.results.some((result) => result.cell === cell && result.run === run),
  );
  if (open.length === 0) return { interrupted: false };
  const stop = () => {
    stopping = true;
    print('the trial that runs comes to its end, then it stops');
  };
  signals.on('SIGINT', stop);
  signals.on('SIGTERM', stop);
  try {
    const ground = await drill.prepare().catch((error: unknown) => {
      // Ctrl-C has reached the commands that prepare, too.
      if (!stopping) throw error;
    });
    if (ground === undefined) return { interrupted: true };
    try {
      for (const trial of open) {
        if (stopping) break;
        const result = await runTrial(drill, ground, trial, progress.seed, print);
        if (stopping && result.failure !== undefined) break;
        progress = { ...progress, results: [...progress.results, result] };
        onResult(progress);
      }
    } finally {
      await drill.finish(ground);
    }
  } finally {
    signals.off('SIGINT', stop);
    signals.off('SIGTERM', stop);
  }
  return { interrupted: progress.results.length - before.results.length < open.length };
}

async function runTrial<Ground>(
  drill: Drill<Ground>,
  ground: Ground,
  { cell, run }: PlannedTrial,
  seed: number,
  print: (line: string) => void,
): Promise<TrialResult> {
  const { name, run: perform } = drill.cells[cell - 1] as Drill<Ground>['cells'][number];
  const began = performance.now();
  const label = `${cell}/${run} ${name}`;
  const note = (text: string) => print(`  ${label}: ${text}`);
  let failure: string | undefined;
  try {
    await perform(ground, { cell, run, random: trialRandom(seed, cell, run), note });
  } catch (error) {
    const text = (error as Error).message;
    print(text);
    failure =
      text
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.slice(0, 120) ?? 'failed';
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  print(`${failure === undefined ? '✔' : '✘'} ${label}  ${seconds.toFixed(1)} s`);
  return { cell, run, seconds, ...(failure === undefined ? {} : { failure }) };
}
