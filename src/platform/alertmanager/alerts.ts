import type { AlertSpec } from '../../lib/manifest/alert.ts';

/** What can go wrong on the last stretch to the operators. */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'AlertmanagerNotificationsFailing',
    metric: 'alertmanager_notifications_failed_total',
    expr: 'increase(alertmanager_notifications_failed_total[10m]) > $threshold',
    threshold: 0,
    for: '0s',
    severity: 'critical',
    summary:
      'Messages by {{ $labels.integration }} are not delivered ({{ $labels.reason }}): look at `unde alerts` yourself.',
  },
  {
    name: 'AlertmanagerConfigReloadFailed',
    metric: 'alertmanager_config_last_reload_successful',
    expr: 'alertmanager_config_last_reload_successful == 0',
    for: '1m',
    severity: 'warning',
    summary: 'Alertmanager refused its configuration and goes on with an older one.',
  },
];
