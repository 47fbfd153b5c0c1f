import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Cell, Drill, Trial } from '../../../scripts/drill/drill.ts';
import type { Progress } from '../../../scripts/drill/progress.ts';
import { planTrials } from '../../../scripts/drill/selection.ts';
import { runTrials } from '../../../scripts/drill/trials.ts';

const fresh: Progress = { seed: 3, digest: 'd', began: '2026-01-01T00:00:00.000Z', results: [] };

/** A drill of cells that do this, and what happened in it. */
function drillOf(...runs: ((trial: Trial) => void)[]) {
  const events: string[] = [];
  const signals = new EventEmitter();
  const cells = runs.map((run, index): Cell<string> => ({
    name: `c${index + 1}`,
    run: async (ground, trial) => {
      events.push(`${ground} ${trial.cell}/${trial.run}`);
      await Promise.resolve(run(trial));
    },
  }));
  const kit = { events, signals, prepare: async () => Promise.resolve('lab'), run: perform };
  const drill: Drill<string> = {
    name: 'd',
    title: 't',
    cells,
    prepare: () => kit.prepare(),
    finish: async () => Promise.resolve(void events.push('down')),
  };
  async function perform(before = fresh, count = 1) {
    let last = before;
    const trials = planTrials({ from: 1, to: cells.length }, count);
    const ended = await runTrials(
      drill,
      trials,
      before,
      (next) => (last = next),
      signals,
      () => {},
    );
    return { ...ended, progress: last };
  }
  return kit;
}
const well = () => {};
const fails = () => {
  throw new Error('\nit broke\n  at length');
};

describe('runTrials', () => {
  it('runs them all, those after a failed one too, and takes the lab down', async () => {
    const { events, run } = drillOf(well, fails, well);
    const { interrupted, progress } = await run(fresh, 2);
    expect(interrupted).toBe(false);
    expect(events).toEqual(['lab 1/1', 'lab 2/1', 'lab 3/1', 'lab 1/2', 'lab 2/2', 'lab 3/2', 'down']);
    expect(progress.results.map(({ failure }) => failure)).toEqual([
      undefined,
      'it broke',
      undefined,
      undefined,
      'it broke',
      undefined,
    ]);
  });

  it('leaves out what has been done, and boots no lab where that is all', async () => {
    const { events, run } = drillOf(well, well);
    const first = await run({ ...fresh, results: [{ cell: 1, run: 1, seconds: 1 }] });
    expect(events).toEqual(['lab 2/1', 'down']);
    await run(first.progress);
    expect(events).toEqual(['lab 2/1', 'down']);
  });

  it('draws the same in a drill that went on', async () => {
    const drawn: number[] = [];
    const draw = ({ random }: Trial) => void drawn.push(random.fraction());
    const { run } = drillOf(draw, draw);
    await run();
    await run({ ...fresh, results: [{ cell: 1, run: 1, seconds: 1 }] });
    expect(drawn[2]).toBe(drawn[1]);
    expect(drawn[1]).not.toBe(drawn[0]);
  });

  it('ends after the trial that runs when Ctrl-C comes; one that it broke counts as not done', async () => {
    const kept = drillOf(() => void kept.signals.emit('SIGINT'), well);
    expect(await kept.run()).toMatchObject({ interrupted: true, progress: { results: [{ cell: 1 }] } });
    expect(kept.events).toEqual(['lab 1/1', 'down']);
    expect(kept.signals.listenerCount('SIGINT')).toBe(0);

    const early = drillOf(well);
    early.prepare = async () => {
      early.signals.emit('SIGINT');
      return Promise.reject(new Error('lab up was interrupted'));
    };
    expect(await early.run()).toMatchObject({ interrupted: true, progress: { results: [] } });

    const broken = drillOf(() => {
      broken.signals.emit('SIGINT');
      fails();
    }, well);
    expect(await broken.run()).toMatchObject({ interrupted: true, progress: { results: [] } });
  });
});
