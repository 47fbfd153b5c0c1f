import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkThresholds', () => {
  it('finds the threshold of a metric that no alert watches', () => {
    expect(codesWith()).toEqual([]);
    expect(codesWith(['thresholds: { disk: 80 }', 'thresholds: { disk: null }'])).toEqual([]);
    const [finding] = findingsWith(['thresholds: { disk: 80 }', 'thresholds: { disc: 80 }']);
    expect(finding).toMatchObject({ code: 'THRESHOLD_OF_NOTHING', hint: 'did you mean disk?' });
  });
});
