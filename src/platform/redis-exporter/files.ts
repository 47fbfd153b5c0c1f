import { credentialFile } from '../../lib/common/layout/layout.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { exporterSecret } from '../../lib/desired/redis/exporter-secret.ts';
import { redisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { renderHealthScript } from './health-script.ts';
import { renderStartScript } from './start-script.ts';

const RENDERED = '# Rendered by unde from the manifest and the inventory; changes made here are drift.';
/** Says whether the exporter is well. */
export const HEALTH = '/usr/local/lib/unde/redis-exporter-health';

const START = '/usr/local/lib/unde/redis-exporter-start';

/** Renders everything that the exporter has on a host. */
export function renderFiles(scope: Pick<RenderScope, 'host' | 'settingsOf'>): RenderedFile[] {
  const { secret } = exporterSecret(redisRole(scope.settingsOf(scope.host, 'redis')));
  return [
    { path: START, content: renderStartScript(secret), mode: 0o755 },
    { path: HEALTH, content: renderHealthScript(), mode: 0o755 },
    {
      path: '/etc/systemd/system/prometheus-redis-exporter.service.d/unde.conf',
      content: `${RENDERED}
[Service]
LoadCredentialEncrypted=${secret}:${credentialFile('redis-exporter', secret)}
ExecStart=
ExecStart=${START}
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
MemoryMax=256M
`,
      mode: 0o644,
    },
  ];
}
