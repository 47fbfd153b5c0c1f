import type { Manifest } from '../../lib/manifest/manifest.ts';
import type { YamlValue } from '../../lib/common/text/yaml-text.ts';

/** An alert that explains others: while it fires, those that agree with it in these labels are not told. */
interface Explanation {
  readonly alert: string;
  readonly labels: readonly string[];
  /** What it explains; everything unless told otherwise. */
  readonly only?: readonly string[];
}

/**
 * What explains what. None explains itself, or one that stands before it: else two could silence each other, and
 * nobody would hear of either.
 */
const EXPLANATIONS: readonly Explanation[] = [
  { alert: 'SiteDown', labels: ['site'] },
  // The far end of the tunnel says so; whether the host behind it still runs, nobody here can know.
  { alert: 'VpnTunnelDown', labels: ['host'], only: ['HostDown'] },
  { alert: 'HostDown', labels: ['host'] },
  { alert: 'ServiceNotReady', labels: ['host', 'service'] },
  { alert: 'TargetDown', labels: ['host', 'service'] },
  { alert: 'ShardDiskUsageHigh', labels: ['host'], only: ['DiskUsageHigh'] },
  { alert: 'StagingDatabaseDiskFull', labels: ['host'], only: ['DiskUsageHigh'] },
];

/** Alertmanager's `inhibit_rules`: one dead host, or site, is one message. */
export function inhibitRules(manifests: readonly Manifest[]): YamlValue[] {
  const built = new Set(manifests.flatMap(({ alerts }) => (alerts ?? []).map(({ name }) => name)));
  const order = EXPLANATIONS.filter(({ alert }) => built.has(alert));
  return order.map(({ alert, labels, only }, index) => ({
    source_matchers: [`alertname="${alert}"`],
    target_matchers:
      only === undefined
        ? [
            `alertname!~"${order
              .slice(0, index + 1)
              .map((earlier) => earlier.alert)
              .join('|')}"`,
          ]
        : [`alertname=~"${only.join('|')}"`],
    equal: labels,
  }));
}
