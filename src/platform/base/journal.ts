import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { RENDERED } from './rendered.ts';

/** The file with the journal's limits. */
export const JOURNAL_SETTINGS = '/etc/systemd/journald.conf.d/50-unde.conf';

/** Renders how much of the journal is kept: on the disk, but never so much of it that services have no room. */
export function renderJournal({ settings }: Pick<RenderScope, 'settings'>): RenderedFile[] {
  return [
    {
      path: JOURNAL_SETTINGS,
      content: [
        RENDERED,
        '[Journal]',
        'Storage=persistent',
        `SystemMaxUse=${settings['journal_megabytes'] ?? ''}M`,
        'SystemKeepFree=1G',
        `MaxRetentionSec=${settings['journal_days'] ?? ''}day`,
        '',
      ].join('\n'),
      mode: 0o644,
    },
  ];
}
