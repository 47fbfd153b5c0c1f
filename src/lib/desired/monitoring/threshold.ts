import type { AlertSpec } from '../../manifest/alert.ts';

/** Thresholds of the inventory by metric; `null` turns the alerts on a metric off. */
export type Thresholds = Readonly<Record<string, number | null>>;

/** The condition of an alert with its threshold filled in. */
export interface Condition {
  readonly expr: string;
  /** Absent where the expression needs none. */
  readonly threshold?: number;
}

/** What an alert fires at; `undefined` where it is off. The inventory's word counts before the manifest's. */
export function conditionOf(alert: AlertSpec, thresholds: Thresholds): Condition | undefined {
  const set = Object.hasOwn(thresholds, alert.metric) ? thresholds[alert.metric] : undefined;
  if (set === null) return undefined;
  if (!alert.expr.includes('$threshold')) return { expr: alert.expr };
  const threshold = set ?? alert.threshold;
  if (threshold === null || threshold === undefined) return undefined;
  return { expr: alert.expr.replaceAll('$threshold', String(threshold)), threshold };
}
