import { TEXTFILES } from '../../lib/common/layout/layout.ts';
import { HOST_PATH, shellProgram } from '../../lib/common/shell/script.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';

const SCRIPT = '/usr/local/lib/unde/reboot-needed';

/** The timer that has a host look whether an update waits for a reboot. */
export const REBOOT_TIMER = 'unde-reboot-needed.timer';

/** The script, its unit and its timer. */
export function rebootNeededFiles(): RenderedFile[] {
  const unit = (name: string, lines: readonly string[]): RenderedFile => ({
    path: `/etc/systemd/system/${name}`,
    content: `# Rendered by unde; changes made here are drift.\n${lines.join('\n')}\n`,
    mode: 0o644,
  });
  return [
    {
      path: SCRIPT,
      content: shellProgram(
        ['Writes whether an update waits for a reboot, for node-exporter.'],
        { PATH: HOST_PATH, textfiles: TEXTFILES },
        'platform/node-exporter/reboot-needed.sh',
      ),
      mode: 0o755,
    },
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
