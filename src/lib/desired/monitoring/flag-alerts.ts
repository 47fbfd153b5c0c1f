import type { AlertSpec } from '../../manifest/alert.ts';

/** What somebody must hear of flags, whichever service reads them. */
export const flagAlerts: readonly AlertSpec[] = [
  {
    name: 'FlagsDamaged',
    metric: 'unde_flags_damaged',
    expr: 'unde_flags_damaged > 0',
    for: '1m',
    severity: 'warning',
    about: 'series',
    summary:
      '{{ $labels.service }} on {{ $labels.host }} cannot use its file of flags, and runs the last values that were good.',
  },
  {
    name: 'FlagsDiffer',
    metric: 'unde_flags_version_info',
    expr: 'count by (service) (count by (service, version) (unde_flags_version_info)) > 1',
    for: '5m',
    severity: 'warning',
    about: 'series',
    summary: 'The processes of {{ $labels.service }} run {{ $value }} versions of its flags.',
  },
];
