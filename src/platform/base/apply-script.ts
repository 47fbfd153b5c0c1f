import { quote } from '../../lib/common/shell/quote.ts';
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
  const account = accountOf(scope);
  const zone = quote(`/usr/share/zoneinfo/${scope.inventory.timeZone}`);
  const sshd = sshdSettings(scope).map(([keyword, value]) => quote(asSshdSays(keyword, value)));
  // Debian and Ubuntu start these at boot; somebody may have stopped them. A lab has masked them.
  const timers = scope.context === 'lab' ? [] : ['apt-daily.timer', 'apt-daily-upgrade.timer'];
  return `#!/bin/bash
${RENDERED}
set -u; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Whether a file is newer than the start of a unit, or the unit does not run.
newer() {
  local started; started=$(systemctl show --timestamp=unix -p ExecMainStartTimestamp --value "$1"); started=\${started#@}
  [[ -z $started ]] && return 0
  local file; shift; for file; do [[ -e $file && $(stat -c %Y "$file") -ge $started ]] && return 0; done
  return 1
}
# A container may not set the kernel's clock; Debian's unit knows, and does not start.
clock() { (( (0x$(sed -n 's/^CapEff:\\t//p' /proc/1/status) >> 25) & 1 )); }
apply() {
${
  account === 'root'
    ? ''
    : `  id -u ${account} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ${account}
`
}  if [[ -e ${zone} && $(readlink -f /etc/localtime) != "$(readlink -f ${zone})" ]]; then
    ln -sfn ${zone} /etc/localtime; echo ${quote(scope.inventory.timeZone)} >/etc/timezone
  fi
  /usr/lib/systemd/systemd-sysctl ${KERNEL_SETTINGS}
  if newer systemd-journald.service ${JOURNAL_SETTINGS}; then systemctl restart systemd-journald.service; fi
  if clock; then
    systemctl enable --quiet chrony.service
    if newer chrony.service ${CHRONY_SETTINGS} ${CHRONY_SOURCES}; then systemctl restart chrony.service; fi
  fi
${timers.length === 0 ? '' : `  systemctl enable --now --quiet ${timers.join(' ')}\n`}}
check() {
  local wanted found
${account === 'root' ? '' : `  id -u ${account} >/dev/null 2>&1 || { echo 'the account ${account} is missing'; return 1; }\n`}  found=$(sshd -T 2>&1) || { echo "sshd: \${found##*$'\\n'}"; return 1; }
  found=$'\\n'\${found,,}$'\\n'
  for wanted in ${sshd.join(' ')}; do
    [[ $found == *$'\\n'"$wanted"$'\\n'* ]] || { echo "sshd does not take \\"$wanted\\": does sshd_config include sshd_config.d?"; return 1; }
  done
  [[ ! -e ${zone} || $(readlink -f /etc/localtime) == "$(readlink -f ${zone})" ]] || { echo ${quote(`the time zone is not ${scope.inventory.timeZone}`)}; return 1; }
  if clock; then systemctl is-active --quiet chrony.service || { echo 'chrony does not run: the clock is not set'; return 1; }; fi
${timers.map((timer) => `  systemctl is-active --quiet ${timer} || { echo '${timer} does not run: no security updates'; return 1; }\n`).join('')}}
case \${1:-} in
  apply) apply ;;
  check) check ;;
  *) echo "usage: $0 apply|check" >&2; exit 2 ;;
esac
`;
}
