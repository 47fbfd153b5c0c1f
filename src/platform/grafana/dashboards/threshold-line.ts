import type { AlertSpec } from '../../../lib/manifest/alert.ts';
import { conditionOf, type Thresholds } from '../../../lib/desired/monitoring/threshold.ts';

/** The threshold of the alert that compares a metric itself, or a quantile of it, with a number. */
export function thresholdLine(
  metric: string,
  alerts: readonly AlertSpec[],
  thresholds: Thresholds,
): number | undefined {
  const alert = alerts.find(
    (each) =>
      each.metric === metric &&
      (each.expr.startsWith(`${metric} `) || each.expr.startsWith('histogram_quantile(')),
  );
  return alert === undefined ? undefined : conditionOf(alert, thresholds)?.threshold;
}
