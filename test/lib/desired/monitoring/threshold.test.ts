import { describe, expect, it } from 'vitest';
import type { AlertSpec } from '../../../../src/lib/manifest/alert.ts';
import { conditionOf } from '../../../../src/lib/desired/monitoring/threshold.ts';

const alert: AlertSpec = {
  name: 'TooMuch',
  metric: 'much',
  expr: 'much > $threshold',
  threshold: 5,
  for: '1m',
  severity: 'warning',
  summary: 'much',
};

describe('conditionOf', () => {
  it("takes the manifest's threshold, and the inventory's before it", () => {
    expect(conditionOf(alert, {})).toEqual({ expr: 'much > 5', threshold: 5 });
    expect(conditionOf(alert, { much: 0.5 })).toEqual({ expr: 'much > 0.5', threshold: 0.5 });
    expect(conditionOf(alert, { other: 1 })?.threshold).toBe(5);
  });

  it('is off without a threshold, until the inventory sets one', () => {
    const off = { ...alert, threshold: null };
    expect(conditionOf(off, {})).toBeUndefined();
    expect(conditionOf(off, { much: 7 })).toEqual({ expr: 'much > 7', threshold: 7 });
  });

  it('is off where the inventory says so, whether it has a threshold or not', () => {
    expect(conditionOf(alert, { much: null })).toBeUndefined();
    expect(conditionOf({ ...alert, expr: 'much == 0' }, { much: null })).toBeUndefined();
    expect(conditionOf({ ...alert, expr: 'much == 0' }, {})).toEqual({ expr: 'much == 0' });
  });
});
