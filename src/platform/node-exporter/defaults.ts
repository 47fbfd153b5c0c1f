import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';

/** File systems that no disk is behind. */
const PSEUDO =
  '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$';

/** Renders the flags file that Debian's unit reads. */
export function renderDefaults({ settings }: Pick<RenderScope, 'settings'>): RenderedFile[] {
  const off = (settings['collectors_off'] ?? '').split(',').filter((name) => name !== '');
  const flags = [
    '--web.listen-address=:9100',
    // Units are watched by their state, which node-exporter reads from systemd.
    '--collector.systemd',
    // The default list, without overlay: that is a lab host's root. Containers' own are left out by their mount points.
    `--collector.filesystem.fs-types-exclude=${PSEUDO}`,
    ...off.map((name) => `--no-collector.${name}`),
  ];
  return [
    {
      path: '/etc/default/prometheus-node-exporter',
      content: `# Rendered by unde from the manifest and the inventory; changes made here are drift.\nARGS="${flags.join(' ')}"\n`,
      mode: 0o644,
    },
  ];
}
