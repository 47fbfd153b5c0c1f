import { expect, it } from 'vitest';
import type { BatchRun } from '../../../../src/contracts/embed-batch.ts';
import { watchRun } from '../../../../src/lib/operations/embed-batch/watch.ts';

const run = (state: BatchRun['state'], done = 0, id = 'one') => ({ id, state, done }) as unknown as BatchRun;
const never = new AbortController().signal;

it('looks until the run has ended, also where another one has begun since', async () => {
  const answers = [
    { current: run('running', 5), last: null },
    { current: run('running', 0, 'two'), last: run('done', 9) },
  ];
  const looks: number[] = [];
  const last = await watchRun(
    run('running'),
    async () => answers.shift() ?? { current: null, last: null },
    never,
    ({ done }) => looks.push(done),
    0,
  );
  expect(last).toMatchObject({ state: 'done', done: 9 });
  expect(looks).toEqual([5, 9]);
});

it('asks nothing about a run that has ended already', async () => {
  const asked = () => Promise.reject(new Error('asked'));
  expect(await watchRun(run('done'), asked, never, () => undefined, 0)).toMatchObject({ state: 'done' });
});

it('leaves the run running where the operator ends the watching', async () => {
  const controller = new AbortController();
  const last = await watchRun(
    run('running'),
    async () => ({ current: run('running', 3), last: null }),
    controller.signal,
    () => controller.abort(),
    0,
  );
  expect(last).toMatchObject({ state: 'running', done: 3 });
});
