import { HOST_PATH, shellProgram } from '../../lib/common/shell/script.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { accountOf, sshdSettings } from './access.ts';
import { CHRONY_SETTINGS, CHRONY_SOURCES } from './clock.ts';
import { JOURNAL_SETTINGS } from './journal.ts';
import { KERNEL_SETTINGS } from './kernel.ts';
import { RENDERED } from './rendered.ts';

/** The script behind the unit, and behind the health check. */
export const BASE_SCRIPT = '/usr/local/lib/unde/base';
/** The unit that makes the rendered settings count, at a deploy and at every boot. */
export const BASE_UNIT = 'unde-base.service';

/** A setting as `sshd -T` prints it, in lower case altogether. */
function asSshdSays(keyword: string, value: string): string {
  return `${keyword} ${value}`.toLowerCase().replace('prohibit-password', 'without-password');
}

/** Renders the unit and its script. */
export function renderApply(scope: RenderScope): RenderedFile[] {
  return [
    { path: BASE_SCRIPT, content: baseScript(scope), mode: 0o755 },
    { path: `/etc/systemd/system/${BASE_UNIT}`, content: baseUnit(), mode: 0o644 },
  ];
}

function baseUnit(): string {
  return `${RENDERED}
[Unit]
Description=UNDE: account, clock, journal and kernel settings of this host

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${BASE_SCRIPT} apply

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Renders the script. `apply` makes what files alone do not; each part tries, and none keeps the others from it.
 * `check` tells, in less than a second, whether all of it is so; its last line says what is not.
 */
function baseScript(scope: RenderScope): string {
  const { timeZone } = scope.inventory;
  const account = accountOf(scope);
  return shellProgram(
    ['apply: makes what files alone do not; check: whether it is so. Runs as unde-base.service.'],
    {
      PATH: HOST_PATH,
      account: account === 'root' ? '' : account,
      time_zone: timeZone,
      zone: `/usr/share/zoneinfo/${timeZone}`,
      sshd: sshdSettings(scope).map(([keyword, value]) => asSshdSays(keyword, value)),
      // A lab has no way out, and has masked them.
      timers: scope.context === 'lab' ? [] : ['apt-daily.timer', 'apt-daily-upgrade.timer'],
      kernel_settings: KERNEL_SETTINGS,
      journal_settings: JOURNAL_SETTINGS,
      clock_settings: [CHRONY_SETTINGS, CHRONY_SOURCES],
    },
    'platform/base/apply-script.sh',
  );
}
