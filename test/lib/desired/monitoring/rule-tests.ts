import type { AlertSpec } from '../../../../src/lib/manifest/alert.ts';
import type { Manifest } from '../../../../src/lib/manifest/manifest.ts';
import { yamlText, type YamlValue } from '../../../../src/lib/common/text/yaml-text.ts';
import type { AlertCase, SeriesTable } from './alert-cases/alert-case.ts';

/** Minutes for which every alert's window of time has been filled with values before it counts. */
const WARM = 11;

/**
 * The tests of a manifest's alerts for `promtool test rules`: each must be silent, must fire, must not fire before its
 * time, and is put before no series at all.
 */
export function ruleTests(rules: string, manifest: Manifest, caseOf: (alert: string) => AlertCase): string {
  return yamlText({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: (manifest.alerts ?? []).flatMap((alert) => testsOf(manifest.name, alert, caseOf(alert.name))),
  });
}

function testsOf(service: string, alert: AlertSpec, each: AlertCase): YamlValue[] {
  const minutes = Math.ceil(seconds(alert.for) / 60) + WARM;
  const fires = (says: string, labels: Readonly<Record<string, string>>) => [
    {
      exp_labels: { severity: alert.severity, service: each.service ?? service, ...labels },
      exp_annotations: { summary: says, runbook: `docs/runbooks/${alert.name}.md` },
    },
  ];
  const test = (name: string, series: SeriesTable, at: string, expected: readonly YamlValue[]) => ({
    name: `${alert.name}, ${name}`,
    interval: '1m',
    input_series: Object.entries(series).map(([each_, value]) => ({
      series: each_,
      values: / /.test(value)
        ? `${value}x${minutes}`
        : `${value}${value.includes('+') ? '' : '+0'}x${minutes}`,
    })),
    alert_rule_test: [{ alertname: alert.name, eval_time: at, exp_alerts: expected }],
  });
  const end = `${minutes}m`;
  const absent = each.firesWhenAbsent ? fires(each.says, each.labels) : [];
  return [
    test('silent', each.silent, end, []),
    test('firing', each.firing, end, fires(each.says, each.labels)),
    ...(seconds(alert.for) >= 60 ? [test('not yet', each.firing, '45s', [])] : []),
    test('absent', {}, end, absent),
  ];
}

/** A length of time in Prometheus' notation, in seconds. */
function seconds(text: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN), 0);
}
