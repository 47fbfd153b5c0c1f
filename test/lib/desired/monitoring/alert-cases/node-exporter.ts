import { labelsOf, of, target, type AlertCase } from './alert-case.ts';

const push = target('push', 'node-exporter', 9100);
const redis = target('push', 'redis-exporter', 9121);
const shard = target('local-shard-0', 'node-exporter', 9100, 'local');
const app = target('local-app', 'node-exporter', 9100, 'local');
const monitoring = target('monitoring', 'node-exporter', 9100);
const ping = (host: string, site: string) => ({
  ...target(host, 'host', undefined, site),
  job: 'ping',
});
const disk = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };

const disks = (of_: typeof push, avail: string) => ({
  [of('node_filesystem_size_bytes', of_, disk)]: '100',
  [of('node_filesystem_avail_bytes', of_, disk)]: avail,
});

export const cases: Readonly<Record<string, AlertCase>> = {
  SiteDown: {
    // One host of the site still answers; the prober itself is always up.
    silent: {
      [of('up', shard)]: '0',
      [of('up', app)]: '1',
      [of('up', ping('local-shard-0', 'local'))]: '1',
      [of('probe_success', ping('local-shard-0', 'local'))]: '0',
    },
    firing: {
      [of('up', shard)]: '0',
      [of('up', app)]: '0',
      [of('up', monitoring)]: '1',
      [of('up', ping('local-shard-0', 'local'))]: '1',
      [of('probe_success', ping('local-shard-0', 'local'))]: '0',
    },
    says: 'Nothing in local answers: the site, or the way there, is down.',
    labels: { site: 'local' },
  },
  HostDown: {
    // The exporter has died, not the host.
    silent: {
      [of('up', push)]: '0',
      [of('up', redis)]: '0',
      [of('probe_success', ping('push', 'helsinki'))]: '1',
      [of('up', monitoring)]: '1',
    },
    firing: {
      [of('up', push)]: '0',
      [of('up', redis)]: '0',
      [of('up', ping('push', 'helsinki'))]: '1',
      [of('probe_success', ping('push', 'helsinki'))]: '0',
      [of('up', monitoring)]: '1',
    },
    says: 'push answers neither a ping nor any of its exporters.',
    labels: { host: 'push', site: 'helsinki' },
  },
  DiskUsageHigh: {
    // What lies in memory is no disk.
    silent: {
      ...disks(push, '20'),
      [of('node_filesystem_size_bytes', push, { ...disk, fstype: 'tmpfs', mountpoint: '/run' })]: '100',
      [of('node_filesystem_avail_bytes', push, { ...disk, fstype: 'tmpfs', mountpoint: '/run' })]: '1',
    },
    firing: disks(push, '19'),
    says: '/ of push is 81 % full.',
    labels: { host: 'push', site: 'helsinki', instance: 'push:9100', mountpoint: '/' },
  },
  ShardDiskUsageHigh: {
    silent: { ...disks(shard, '20'), ...disks(push, '1') },
    firing: disks(shard, '19'),
    says: 'The disk of local-shard-0 is 81 % full: time to add a shard.',
    labels: { host: 'local-shard-0', site: 'local', instance: 'local-shard-0:9100' },
  },
  MemoryUsageHigh: {
    silent: {
      [of('node_memory_MemTotal_bytes', push)]: '100',
      [of('node_memory_MemAvailable_bytes', push)]: '8',
    },
    firing: {
      [of('node_memory_MemTotal_bytes', push)]: '100',
      [of('node_memory_MemAvailable_bytes', push)]: '5',
    },
    says: '95 % of the memory of push is taken.',
    labels: labelsOf(push),
  },
  OutOfMemoryKills: {
    silent: { [of('node_vmstat_oom_kill', push)]: '7' },
    firing: { [of('node_vmstat_oom_kill', push)]: '7+0x8 8' },
    says: 'The kernel of push has killed a process for want of memory.',
    labels: labelsOf(push),
  },
  FilesystemReadOnly: {
    silent: { [of('node_filesystem_readonly', push, disk)]: '0' },
    firing: { [of('node_filesystem_readonly', push, disk)]: '1' },
    says: '/ of push takes no writes any more.',
    labels: labelsOf(push, disk),
  },
  ClockSkewed: {
    // promtool's time begins at 0: a clock that is right says how many seconds have gone by.
    silent: { [of('node_time_seconds', push)]: '1+60' },
    firing: { [of('node_time_seconds', push)]: '-3+60' },
    says: 'The clock of push is 3 s away from that of monitoring.',
    labels: labelsOf(push),
  },
  UnitFailed: {
    silent: {
      [of('node_systemd_unit_state', push, { name: 'redis-server.service', state: 'failed' })]: '0',
      [of('node_systemd_unit_state', push, { name: 'redis-server.service', state: 'active' })]: '1',
      [of('node_systemd_unit_state', push, { name: 'unde-job-x-y.service', state: 'failed' })]: '1',
    },
    firing: {
      [of('node_systemd_unit_state', push, { name: 'unde-embedder.service', state: 'failed' })]: '1',
    },
    says: 'unde-embedder.service on push has failed.',
    labels: labelsOf(push, { name: 'unde-embedder.service', state: 'failed' }),
    service: 'embedder',
  },
  RebootPending: {
    silent: { [of('unde_reboot_needed', push)]: '0' },
    firing: { [of('unde_reboot_needed', push)]: '1' },
    says: 'An update on push waits for a reboot.',
    labels: labelsOf(push),
  },
  TextfileBroken: {
    silent: { [of('node_textfile_scrape_error', push)]: '0' },
    firing: { [of('node_textfile_scrape_error', push)]: '1' },
    says: 'Metrics that scripts of push left cannot be read: jobs and tunnels may be unwatched.',
    labels: labelsOf(push),
  },
};
