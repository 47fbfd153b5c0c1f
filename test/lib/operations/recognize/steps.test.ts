import { expect, it } from 'vitest';
import type { Recognition } from '../../../../src/contracts/recognize.ts';
import { StepFollower } from '../../../../src/lib/operations/recognize/steps.ts';
import { ID } from '../../../services/recognition/fixture.ts';

const seen = (...steps: [name: string, state: string][]): Recognition =>
  ({
    id: ID,
    state: 'running',
    steps: steps.map(([step, state]) => ({ step, state })),
  }) as unknown as Recognition;

it('tells each step once, when it has ended', () => {
  const told: string[] = [];
  const follower = new StepFollower(seen(), ({ step }) => told.push(step));
  follower.see(seen(['detect', 'running']));
  expect(told).toEqual([]);
  follower.see(seen(['detect', 'done'], ['search', 'running']));
  follower.see(seen(['detect', 'done'], ['search', 'done']));
  expect(told).toEqual(['detect', 'search']);
  expect(follower.last.steps).toHaveLength(2);
});
