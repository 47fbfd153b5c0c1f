import type { RenderedFile, RenderScope } from '../../lib/manifest/manifest.ts';

/** Renders the flags file that Debian's unit reads. */
export function renderDefaults({ settings }: Pick<RenderScope, 'settings'>): RenderedFile[] {
  const off = (settings['collectors_off'] ?? '').split(',').filter((name) => name !== '');
  const flags = [
    '--web.listen-address=:9100',
    // Units are watched by their state, which node-exporter reads from systemd.
    '--collector.systemd',
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
