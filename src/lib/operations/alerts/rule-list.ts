import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { runbookOf } from '../../desired/monitoring/rules.ts';
import { conditionOf, type Thresholds } from '../../desired/monitoring/threshold.ts';

/** One alert rule, for `unde alerts rules`. */
export interface RuleEntry {
  readonly name: string;
  readonly severity: string;
  readonly service: string;
  readonly metric: string;
  /** PromQL with the threshold filled in; `null` where it is off. */
  readonly expr: string | null;
  /** `null` where it needs none, or has none yet. */
  readonly threshold: number | null;
  /** Who decided: the manifest, the inventory under `thresholds`, or nobody yet. */
  readonly from: 'manifest' | 'inventory' | 'unset';
  readonly on: boolean;
  readonly for: string;
  readonly summary: string;
  readonly runbook: string;
}

/** Every alert rule of the built services, with what it fires at. */
export function ruleList(
  manifests: readonly Manifest[],
  thresholds: Thresholds,
  runbooks: string,
): RuleEntry[] {
  return manifests.flatMap((manifest) =>
    (manifest.alerts ?? []).map((alert): RuleEntry => {
      const condition = conditionOf(alert, thresholds);
      const set = Object.hasOwn(thresholds, alert.metric);
      const counts = set && (thresholds[alert.metric] === null || alert.expr.includes('$threshold'));
      return {
        name: alert.name,
        severity: alert.severity,
        service: manifest.name,
        metric: alert.metric,
        expr: condition?.expr ?? null,
        threshold: condition?.threshold ?? null,
        from: counts ? 'inventory' : condition === undefined ? 'unset' : 'manifest',
        on: condition !== undefined,
        for: alert.for,
        summary: alert.summary,
        runbook: runbookOf(alert.name, runbooks),
      };
    }),
  );
}

/** The columns of {@link ruleRow}. */
export const RULE_COLUMNS: readonly Column[] = [
  { header: 'alert' },
  { header: 'severity' },
  { header: 'service' },
  { header: 'metric' },
  { header: 'threshold', align: 'right' },
  { header: 'set by' },
  { header: 'for', align: 'right' },
];

/** A rule as a row; one that is off is dimmed. */
export function ruleRow(rule: RuleEntry): string[] {
  return [
    rule.on ? rule.name : chalk.dim(rule.name),
    rule.severity,
    rule.service,
    rule.metric,
    rule.on ? (rule.threshold === null ? '' : String(rule.threshold)) : chalk.dim('off'),
    rule.from,
    rule.for,
  ];
}
