import type { MetricSpec } from '../../lib/manifest/metric.ts';

/** Of some three hundred those that alerts and dashboards use. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'node_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time by processor and mode.',
    labels: ['cpu', 'mode'],
  },
  { name: 'node_load1', type: 'gauge', help: 'Load average over one minute.' },
  { name: 'node_memory_MemTotal_bytes', type: 'gauge', help: 'Memory.' },
  {
    name: 'node_memory_MemAvailable_bytes',
    type: 'gauge',
    help: 'Memory that a process could get without swapping.',
  },
  {
    name: 'node_filesystem_size_bytes',
    type: 'gauge',
    help: 'Size of a file system.',
    labels: ['device', 'fstype', 'mountpoint'],
  },
  {
    name: 'node_filesystem_avail_bytes',
    type: 'gauge',
    help: 'What of it is free for ordinary users.',
    labels: ['device', 'fstype', 'mountpoint'],
  },
  {
    name: 'node_filesystem_readonly',
    type: 'gauge',
    help: '1 where a file system takes no writes.',
    labels: ['device', 'fstype', 'mountpoint'],
  },
  {
    name: 'node_disk_io_time_seconds_total',
    type: 'counter',
    help: 'Time that a disk was busy.',
    labels: ['device'],
  },
  {
    name: 'node_network_receive_bytes_total',
    type: 'counter',
    help: 'Bytes that came in, by interface.',
    labels: ['device'],
  },
  {
    name: 'node_network_transmit_bytes_total',
    type: 'counter',
    help: 'Bytes that went out, by interface.',
    labels: ['device'],
  },
  {
    name: 'node_vmstat_oom_kill',
    type: 'counter',
    help: 'Processes that the kernel killed for want of memory.',
  },
  { name: 'node_time_seconds', type: 'gauge', help: "The host's clock, in seconds since the epoch." },
  {
    name: 'node_boot_time_seconds',
    type: 'gauge',
    help: 'When the host booted, in seconds since the epoch.',
  },
  {
    name: 'node_systemd_unit_state',
    type: 'gauge',
    help: '1 for the state that a unit is in.',
    labels: ['name', 'state', 'type'],
  },
  {
    name: 'node_textfile_scrape_error',
    type: 'gauge',
    help: '1 where a file of metrics that scripts of the host left could not be read.',
  },
  {
    name: 'unde_reboot_needed',
    type: 'gauge',
    help: '1 where an update waits for a reboot; a script of the host looks every quarter of an hour.',
  },
];
