import type { AlertSpec, RecordSpec } from '../../lib/manifest/alert.ts';
import { HOST_UP } from '../../lib/desired/monitoring/host-up.ts';

/** File systems on disks; what lies in memory is counted as memory. */
const DISKS = '{fstype!~"tmpfs|ramfs"}';

export const records: readonly RecordSpec[] = [
  {
    name: 'disk_usage_percent',
    expr: `max by (host, site, service, instance, mountpoint) (100 * (1 - node_filesystem_avail_bytes${DISKS} / node_filesystem_size_bytes${DISKS}))`,
    help: 'How full a file system is, what is reserved for root counted as taken.',
  },
  {
    name: 'local_shard_disk_usage_percent',
    expr: 'max by (host, site, service, instance) (disk_usage_percent{host=~"local-shard-.*"})',
    help: "The fullest file system of a shard's primary host.",
  },
  {
    name: 'memory_usage_percent',
    expr: '100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
    help: 'How much of the memory cannot be had without swapping.',
  },
  {
    name: 'clock_skew_seconds',
    expr: 'node_time_seconds - timestamp(node_time_seconds)',
    help: "How far a host's clock is ahead of the monitoring host's.",
  },
];

export const alerts: readonly AlertSpec[] = [
  {
    name: 'SiteDown',
    metric: 'up',
    // A site of one host is no site: then it is the host.
    expr: `max by (site) (${HOST_UP}) == 0 and on (site) count by (site) (${HOST_UP}) > 1`,
    for: '0s',
    keep: '1m',
    severity: 'critical',
    summary: 'Nothing in {{ $labels.site }} answers: the site, or the way there, is down.',
  },
  {
    name: 'HostDown',
    metric: 'up',
    expr: `${HOST_UP} == 0`,
    // One scrape that failed is none that died.
    for: '15s',
    keep: '1m',
    severity: 'critical',
    summary: '{{ $labels.host }} answers neither a ping nor any of its exporters.',
  },
  {
    name: 'DiskUsageHigh',
    metric: 'disk_usage_percent',
    expr: 'disk_usage_percent > $threshold',
    threshold: 80,
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.mountpoint }} of {{ $labels.host }} is {{ $value | humanize }} % full.',
  },
  {
    name: 'ShardDiskUsageHigh',
    metric: 'local_shard_disk_usage_percent',
    expr: 'local_shard_disk_usage_percent > $threshold',
    threshold: 80,
    for: '5m',
    severity: 'critical',
    summary: 'The disk of {{ $labels.host }} is {{ $value | humanize }} % full: time to add a shard.',
  },
  {
    name: 'MemoryUsageHigh',
    metric: 'memory_usage_percent',
    expr: 'memory_usage_percent > $threshold',
    threshold: 92,
    for: '10m',
    severity: 'warning',
    summary: '{{ $value | humanize }} % of the memory of {{ $labels.host }} is taken.',
  },
  {
    name: 'OutOfMemoryKills',
    metric: 'node_vmstat_oom_kill',
    expr: 'increase(node_vmstat_oom_kill[10m]) > 0',
    for: '0s',
    severity: 'warning',
    summary: 'The kernel of {{ $labels.host }} has killed a process for want of memory.',
  },
  {
    name: 'FilesystemReadOnly',
    metric: 'node_filesystem_readonly',
    expr: `node_filesystem_readonly${DISKS} == 1`,
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.mountpoint }} of {{ $labels.host }} takes no writes any more.',
  },
  {
    name: 'ClockSkewed',
    metric: 'clock_skew_seconds',
    expr: 'abs(clock_skew_seconds) > $threshold',
    threshold: 2,
    for: '5m',
    severity: 'warning',
    summary: 'The clock of {{ $labels.host }} is {{ $value | humanize }} s away from that of monitoring.',
  },
  {
    name: 'UnitFailed',
    metric: 'node_systemd_unit_state',
    // The unit of one of our services is that service's matter; a job that failed has an alert of its own.
    expr: String.raw`label_replace(node_systemd_unit_state{state="failed", name!~"unde-job-.*"} == 1, "service", "$1", "name", "unde-(.+)\\.service")`,
    for: '2m',
    severity: 'warning',
    about: 'series',
    summary: '{{ $labels.name }} on {{ $labels.host }} has failed.',
  },
  {
    name: 'RebootPending',
    metric: 'unde_reboot_needed',
    expr: 'unde_reboot_needed == 1',
    for: '1h',
    severity: 'info',
    summary: 'An update on {{ $labels.host }} waits for a reboot.',
  },
  {
    name: 'TextfileBroken',
    metric: 'node_textfile_scrape_error',
    expr: 'node_textfile_scrape_error == 1',
    for: '5m',
    severity: 'warning',
    summary:
      'Metrics that scripts of {{ $labels.host }} left cannot be read: jobs and tunnels may be unwatched.',
  },
];
