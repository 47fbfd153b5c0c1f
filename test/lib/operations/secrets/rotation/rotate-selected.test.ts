import { expect, it } from 'vitest';
import { joinReports } from '../../../../../src/lib/operations/secrets/rotation/rotate-selected.ts';
import type { RotationReport } from '../../../../../src/lib/operations/secrets/rotation/rotate.ts';

const report = (result: RotationReport['result'], name: string): RotationReport => ({
  result,
  rotated: result === 'ok' ? [name] : [],
  steps: [],
  seconds: 2,
});

it('is well where all rotations are, and names what was rotated', () => {
  expect(joinReports([report('ok', 'a'), report('ok', 'b')])).toEqual({
    result: 'ok',
    rotated: ['a', 'b'],
    steps: [],
    seconds: 4,
  });
  expect(joinReports([])).toMatchObject({ result: 'ok', rotated: [] });
});

it('is mixed where one failed behind one that did not', () => {
  expect(joinReports([report('failed', 'a')]).result).toBe('failed');
  expect(joinReports([report('ok', 'a'), report('failed', 'b')])).toMatchObject({
    result: 'mixed',
    rotated: ['a'],
  });
});
