import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { dropIn, flagsFile, renderedFile } from '../../lib/desired/units/rendered-file.ts';
import { ruleFile } from '../../lib/desired/monitoring/rules.ts';
import { listenAddress } from '../../lib/desired/scope/scope-at.ts';
import { yamlText } from '../../lib/common/text/yaml-text.ts';
import { AUTHORITY, CERTIFICATE, prometheusConfig, RULES, speaksTls } from './config.ts';

/** Everything that Prometheus reads. */
export function prometheusFiles(scope: RenderScope): RenderedFile[] {
  const { settings, manifests, inventory } = scope;
  const rules = ruleFile(manifests, {
    thresholds: inventory.thresholds,
    runbooks: settings['runbooks'] ?? '',
  });
  const tls = speaksTls(scope);
  return [
    flagsFile('prometheus', [
      `--web.listen-address=${listenAddress(scope, ['grafana'])}:9090`,
      `--storage.tsdb.retention.time=${settings['retention_days']}d`,
    ]),
    renderedFile('/etc/prometheus/prometheus.yml', prometheusConfig(scope)),
    renderedFile(RULES, yamlText(rules)),
    dropIn('prometheus.service', [
      '[Unit]',
      // Debian's unit is left dead by a start that fails; monitoring must come back by itself, at 3 a.m. too.
      'StartLimitIntervalSec=0',
      '[Service]',
      'Restart=always',
      'RestartSec=2',
      ...(tls ? [`LoadCredentialEncrypted=${CERTIFICATE}:${credentialFile('prometheus', CERTIFICATE)}`] : []),
    ]),
    ...(tls ? [{ path: AUTHORITY, content: scope.publicPart('authority') ?? '', mode: 0o644 }] : []),
  ];
}
