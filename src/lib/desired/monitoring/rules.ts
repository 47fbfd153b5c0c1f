import type { AlertSpec } from '../../manifest/alert.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { conditionOf, type Thresholds } from './threshold.ts';
import type { YamlValue } from '../../common/text/yaml-text.ts';

/** What rules are rendered with. */
export interface RuleOptions {
  readonly thresholds: Thresholds;
  /** Where the runbooks are: a folder of the repository, or the URL of one. */
  readonly runbooks: string;
}

/** How often ordinary rules are evaluated, in Prometheus' notation. */
const PACE = '15s';

/** How often critical ones are: a dead host must be known within a minute, all told. */
const CRITICAL_PACE = '5s';

/**
 * The rules of all manifests, as a Prometheus rule file: for each manifest a group of what it records and of its
 * alerts, and one of its critical alerts, which is evaluated more often.
 */
export function ruleFile(
  manifests: readonly Manifest[],
  options: RuleOptions,
): { readonly groups: YamlValue[] } {
  const groups = manifests.flatMap((manifest): YamlValue[] => {
    const records = (manifest.records ?? []).map(({ name, expr }) => ({ record: name, expr }));
    const alerts = (manifest.alerts ?? []).flatMap((alert) => alertRule(manifest.name, alert, options));
    const [critical, others] = [alerts.filter(isCritical), alerts.filter((rule) => !isCritical(rule))];
    return [
      group(manifest.name, PACE, [...records, ...others]),
      group(`${manifest.name}, critical`, CRITICAL_PACE, critical),
    ].flat();
  });
  return { groups };
}

function group(name: string, interval: string, rules: readonly YamlValue[]): YamlValue[] {
  return rules.length === 0 ? [] : [{ name, interval, rules }];
}

/** An alerting rule of Prometheus. */
interface AlertRule {
  readonly [key: string]: YamlValue | undefined;
  readonly labels: { readonly severity: string; readonly service: string };
}

function isCritical({ labels }: AlertRule): boolean {
  return labels.severity === 'critical';
}

function alertRule(service: string, alert: AlertSpec, { thresholds, runbooks }: RuleOptions): AlertRule[] {
  const condition = conditionOf(alert, thresholds);
  if (condition === undefined) return [];
  return [
    {
      alert: alert.name,
      expr: condition.expr,
      for: alert.for,
      keep_firing_for: alert.keep,
      labels: {
        severity: alert.severity,
        // An alert on every service's series is about the one that the series is of.
        service: alert.about === 'series' ? '{{ $labels.service }}' : service,
      },
      annotations: {
        summary: alert.summary.replaceAll('$threshold', String(condition.threshold ?? '$threshold')),
        runbook: runbookOf(alert.name, runbooks),
      },
    },
  ];
}

/** Where an alert's page is. */
export function runbookOf(alert: string, runbooks: string): string {
  return `${runbooks.replace(/\/+$/, '')}/${alert}.md`;
}
