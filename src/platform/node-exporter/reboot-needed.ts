import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';

const SCRIPT = '/usr/local/lib/unde/reboot-needed';

/** The timer that has a host look whether an update waits for a reboot. */
export const REBOOT_TIMER = 'unde-reboot-needed.timer';

/**
 * Debian says so in a file, if unattended-upgrades is there; a kernel that is newer than the running one says it
 * everywhere.
 */
const TEXT = `#!/bin/bash
# Rendered by unde; changes made here are drift.
set -euo pipefail
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
needed=0
if [[ -e /run/reboot-required ]]; then needed=1; fi
running=$(</proc/sys/kernel/osrelease)
shopt -s nullglob
kernels=(/boot/vmlinuz-*)
newest=$(printf '%s\\n' "$running" "\${kernels[@]#/boot/vmlinuz-}" | sort -V | tail -n 1)
if [[ $newest != "$running" ]]; then needed=1; fi
file=/var/lib/prometheus/node-exporter/unde-reboot.prom
printf '%s\\n' '# HELP unde_reboot_needed 1 where an update waits for a reboot.' '# TYPE unde_reboot_needed gauge' "unde_reboot_needed $needed" >"$file.new"
mv "$file.new" "$file"
`;

/** The script, its unit and its timer. */
export function rebootNeededFiles(): RenderedFile[] {
  const unit = (name: string, lines: readonly string[]): RenderedFile => ({
    path: `/etc/systemd/system/${name}`,
    content: `# Rendered by unde; changes made here are drift.\n${lines.join('\n')}\n`,
    mode: 0o644,
  });
  return [
    { path: SCRIPT, content: TEXT, mode: 0o755 },
    unit('unde-reboot-needed.service', [
      '[Unit]',
      'Description=UNDE: whether an update waits for a reboot',
      '',
      '[Service]',
      'Type=oneshot',
      `ExecStart=${SCRIPT}`,
      'ProtectSystem=strict',
      'ReadWritePaths=/var/lib/prometheus/node-exporter',
    ]),
    unit(REBOOT_TIMER, [
      '[Unit]',
      'Description=UNDE: look every quarter of an hour whether an update waits for a reboot',
      '',
      '[Timer]',
      'OnActiveSec=10',
      'OnUnitActiveSec=15min',
      'RandomizedDelaySec=1min',
      '',
      '[Install]',
      'WantedBy=timers.target',
    ]),
  ];
}
