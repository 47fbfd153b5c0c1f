import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { redisRole } from '../../lib/manifest/endpoints/redis-role.ts';
import { renderClientScript } from './client-script.ts';
import { renderConfig } from './config.ts';
import { renderHealthScript } from './health-script.ts';
import { CLIENT, CONFIG, HEALTH, PREPARE, SYSCTL, USERS } from './paths.ts';
import { renderPrepareScript } from './prepare-script.ts';
import { renderUsers } from './users.ts';

const RENDERED = '# Rendered by unde from the manifest and the inventory; changes made here are drift.';

/** Renders everything that Redis has on a host. */
export function renderFiles(scope: RenderScope): RenderedFile[] {
  const role = redisRole(scope.settings);
  const { appendfsync = '', maxmemory_percent: percent = '0' } = scope.settings;
  const config = renderConfig({ role, address: scope.addressOf(scope.host), appendfsync });
  return [
    { path: CONFIG, content: config, mode: 0o644 },
    { path: USERS, content: renderUsers(scope), mode: 0o644 },
    { path: PREPARE, content: renderPrepareScript(role, Number(percent)), mode: 0o755 },
    { path: HEALTH, content: renderHealthScript(role), mode: 0o755 },
    { path: CLIENT, content: renderClientScript(), mode: 0o755 },
    {
      path: SYSCTL,
      // Else a fork of a Redis that fills half of the memory may be refused, and with it the log's rewrite.
      content: `${RENDERED}\nvm.overcommit_memory = 1\n`,
      mode: 0o644,
    },
    { path: '/etc/systemd/system/redis-server.service.d/unde.conf', content: DROP_IN, mode: 0o644 },
  ];
}

const DROP_IN = `${RENDERED}
[Unit]
# It binds to the host's address.
Wants=network-online.target
After=network-online.target
# Whatever keeps it from starting, it must be back once that is over.
StartLimitIntervalSec=0

[Service]
ExecStartPre=+${PREPARE} start
ExecStart=
ExecStart=/usr/bin/redis-server ${CONFIG} --supervised systemd --daemonize no
ExecReload=
ExecReload=+${PREPARE} reload
# Reading a large log may take its time; Debian's unit would wait for a stop for ever.
TimeoutStartSec=600
TimeoutStopSec=60
RestartSec=2
`;
