import type { PlatformManifest } from '../../lib/manifest/manifest.ts';
import { renderAccess } from './access.ts';
import { BASE_SCRIPT, BASE_UNIT, renderApply } from './apply-script.ts';
import { renderClock } from './clock.ts';
import { renderJournal } from './journal.ts';
import { renderKernel } from './kernel.ts';
import { renderUpdates } from './updates.ts';

/**
 * What every host has: who may log in and how, security updates, the clock, the journal's limits, kernel settings.
 *
 * sshd is its unit, so that a deploy of it is a change of access, with all that belongs to one: sshd must run on with
 * the new settings, a fresh login must confirm them, and otherwise a timer on the host takes them back.
 */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: 'base',
  purpose: 'who may log in, security updates, clock, journal and kernel settings of every host',
  packages: ['chrony', 'sudo', 'unattended-upgrades'],
  unit: 'ssh.service',
  companions: [BASE_UNIT],
  rolling: 'independent',
  foundation: true,
  health: { command: `${BASE_SCRIPT} check`, startSeconds: 30, stableSeconds: 1 },
  metrics: [],
  settings: [
    {
      variable: 'NTP_SERVERS',
      key: 'ntp_servers',
      type: 'list',
      default: [],
      purpose: "time servers of the provider's, asked beside the distribution's pool and preferred to it",
    },
    {
      variable: 'JOURNAL_MEGABYTES',
      key: 'journal_megabytes',
      type: 'integer',
      default: 1000,
      minimum: 50,
      purpose: 'how much of the disk the journal may take, in MB',
    },
    {
      variable: 'JOURNAL_DAYS',
      key: 'journal_days',
      type: 'integer',
      default: 30,
      minimum: 1,
      purpose: 'for how many days the journal is kept',
    },
  ],
  files: (scope) => [
    ...renderAccess(scope),
    ...renderUpdates(scope),
    ...renderClock(scope),
    ...renderJournal(scope),
    ...renderKernel(),
    ...renderApply(scope),
  ],
};
