import { describe, expect, it } from 'vitest';
import { flagDrift } from '../../../../src/lib/operations/flags/drift.ts';
import { renderFlagFile } from '../../../../src/lib/manifest/flags/file.ts';
import type { Survey } from '../../../../src/lib/operations/plan/survey.ts';
import { noAnswer, observed, running } from '../status/fixture.ts';
import { fileOf, LANTERN, v } from './fixture.ts';

function survey(name: string, flags: string | undefined): Survey {
  const { assignment, answer } = observed(name, { services: [running('lantern', { flags })] });
  const desired = assignment.desired.map((each) => ({ ...each, flags: LANTERN.specs }));
  if (answer === undefined) throw new Error('no answer');
  return { assignment: { ...assignment, desired }, facts: answer.facts, connection: undefined as never };
}

describe('flagDrift', () => {
  it('names the hosts that were left behind', () => {
    const [one, two] = [fileOf([1, { GLOW: 'dim' }]), fileOf([2, { GLOW: 'bright' }])];
    const dead: Survey = { assignment: survey('d', undefined).assignment, error: noAnswer('d') };
    expect(
      flagDrift([survey('a', renderFlagFile(two)), survey('b', renderFlagFile(one)), survey('c', ''), dead]),
    ).toEqual([
      { host: 'b', service: 'lantern', why: `it is at ${v(1)}` },
      { host: 'c', service: 'lantern', why: 'its file is damaged: the file is empty' },
    ]);
    expect(flagDrift([survey('a', undefined), survey('b', undefined)])).toEqual([]);
  });
});
