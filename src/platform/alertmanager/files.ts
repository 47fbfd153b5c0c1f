import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { dropIn, flagsFile, renderedFile } from '../../lib/desired/units/rendered-file.ts';
import { listenAddress } from '../../lib/desired/scope/scope-at.ts';
import { alertmanagerConfig, SLACK_URL, TELEGRAM_TOKEN, TEMPLATES } from './config.ts';
import { MESSAGES } from './messages.ts';

/** Everything that Alertmanager reads, but its secrets. */
export function alertmanagerFiles(scope: RenderScope): RenderedFile[] {
  return [
    flagsFile('prometheus-alertmanager', [
      `--web.listen-address=${listenAddress(scope, ['prometheus'])}:9093`,
      // One of them needs no port to gossip with others on.
      '--cluster.listen-address=',
    ]),
    renderedFile('/etc/prometheus/alertmanager.yml', alertmanagerConfig(scope)),
    { path: TEMPLATES, content: MESSAGES, mode: 0o644 },
    dropIn('prometheus-alertmanager.service', [
      '[Unit]',
      'StartLimitIntervalSec=0',
      '[Service]',
      'Restart=always',
      'RestartSec=2',
      ...[TELEGRAM_TOKEN, SLACK_URL].map(
        (name) => `LoadCredentialEncrypted=${name}:${credentialFile('alertmanager', name)}`,
      ),
    ]),
  ];
}
