import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { RENDERED } from './rendered.ts';

/** The file with chrony's further servers. */
export const CHRONY_SOURCES = '/etc/chrony/sources.d/unde.sources';
/** The file with what chrony does otherwise than the package says. */
export const CHRONY_SETTINGS = '/etc/chrony/conf.d/unde.conf';

/**
 * Renders time synchronisation by chrony: the package's own pool, and the servers that the operator names beside it,
 * which are preferred.
 */
export function renderClock({ settings }: Pick<RenderScope, 'settings'>): RenderedFile[] {
  const servers = (settings['ntp_servers'] ?? '').split(',').filter((name) => name !== '');
  return [
    {
      path: CHRONY_SETTINGS,
      content: [
        RENDERED,
        '# A clock that is far off at boot is set at once; afterwards it is only ever slewed.',
        'makestep 1 3',
        '# Nobody asks a server for the time here.',
        'port 0',
        '',
      ].join('\n'),
      mode: 0o644,
    },
    ...(servers.length === 0
      ? []
      : [
          {
            path: CHRONY_SOURCES,
            content: [RENDERED, ...servers.map((name) => `server ${name} iburst prefer`), ''].join('\n'),
            mode: 0o644,
          },
        ]),
  ];
}
