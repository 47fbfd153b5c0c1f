import { expect, it } from 'vitest';
import { driftOf, renderDrift } from '../../../../src/lib/operations/drift/drift.ts';
import type { ServicePlan } from '../../../../src/lib/operations/plan/plan.ts';
import type { Survey } from '../../../../src/lib/operations/plan/survey.ts';
import { noAnswer, observed, running } from '../status/fixture.ts';

const plan = (state: ServicePlan['state']): ServicePlan => ({ state }) as ServicePlan;

function survey(name: string, otherServices: readonly string[]): Survey {
  const { assignment, answer } = observed(name, { services: [running('lantern')] });
  if (answer === undefined) throw new Error('no answer');
  const host = { ...assignment.host, services: ['lantern'] };
  return {
    assignment: { ...assignment, host },
    facts: { ...answer.facts, otherServices },
    connection: undefined as never,
  };
}

it('counts what a host has and the inventory does not place there', () => {
  const drift = driftOf([survey('a', ['lantern', 'left-over']), survey('b', [])], [plan('no change')]);
  expect(drift).toMatchObject({ unmanaged: ['left-over on a'], flags: [] });
  expect(renderDrift(drift)).toEqual([
    '! left-over on a: the host has it, the inventory does not place it there',
  ]);
});

it('is unknown where a host could not be asked', () => {
  const dead: Survey = { assignment: survey('a', []).assignment, error: noAnswer('a') };
  expect(driftOf([dead], [plan('unknown'), plan('change')])).toMatchObject({
    state: 'unknown',
    unmanaged: [],
  });
});
