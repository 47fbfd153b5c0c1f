import { describe, expect, it } from 'vitest';
import { RecentValues } from '../../../../src/lib/runtime/metrics/recent-values.ts';

describe('RecentValues', () => {
  it('knows no percentile of nothing', () => {
    expect(new RecentValues(1000).percentile(95)).toBeUndefined();
  });

  it('is the nearest-rank percentile', () => {
    const values = new RecentValues(1000);
    for (let value = 1; value <= 20; value++) values.add(value);
    expect([50, 95, 100].map((percent) => values.percentile(percent))).toEqual([10, 19, 20]);
  });

  it('forgets what is older than its window', () => {
    let now = 0;
    const values = new RecentValues(1000, 10, () => now);
    values.add(9);
    now = 600;
    values.add(3);
    expect(values.percentile(95)).toBe(9);
    now = 1200;
    expect(values.percentile(95)).toBe(3);
    now = 2000;
    expect(values.percentile(95)).toBeUndefined();
  });

  it('keeps only so many', () => {
    const values = new RecentValues(1000, 2);
    for (const value of [9, 1, 2]) values.add(value);
    expect(values.percentile(100)).toBe(2);
  });
});
