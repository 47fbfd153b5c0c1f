import { CERTIFICATE_SCRIPT, CONFIG, METRICS_SCRIPT, SOCKETS, USER_UNIT } from './paths.ts';

const RENDERED = '# Rendered by unde; changes made here are drift.';

/**
 * Renders the drop-in over Debian's unit. Debian runs it as the user `postgres`, to whom the server belongs: what
 * listens on the network gets a user of its own instead.
 */
export function renderDropIn(): string {
  return `${RENDERED}
[Unit]
Requires=${USER_UNIT}
After=${USER_UNIT} network-online.target unde-postgres.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=pgbouncer
Group=pgbouncer
ExecStartPre=+${CERTIFICATE_SCRIPT}
ExecStart=
ExecStart=/usr/sbin/pgbouncer ${CONFIG}
ExecReload=
ExecReload=+${CERTIFICATE_SCRIPT}
ExecReload=/bin/kill -HUP $MAINPID
# Its own signal for ending when the running transactions have.
KillSignal=SIGINT
TimeoutStopSec=30
Restart=on-failure
RestartSec=1
LimitNOFILE=8192
RuntimeDirectory=${SOCKETS.replace('/run/', '')}
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
`;
}

/** Renders the unit that makes the user, before systemd needs it. */
export function renderUserUnit(): string {
  return `${RENDERED}
[Unit]
Description=UNDE: the user of PgBouncer

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash -c 'exec systemd-sysusers - <<<"u pgbouncer - PgBouncer"'
`;
}

/** Renders the unit that writes the metrics, and its timer. */
export function renderMetricsUnits(): { readonly service: string; readonly timer: string } {
  return {
    service: `${RENDERED}
[Unit]
Description=UNDE: how PgBouncer's pools fare, for Prometheus

[Service]
Type=oneshot
ExecStart=${METRICS_SCRIPT}
TimeoutStartSec=10
ProtectSystem=strict
ReadWritePaths=-/var/lib/prometheus/node-exporter
PrivateNetwork=yes
# Once every 15 s: its starts are no news.
LogLevelMax=notice
`,
    timer: `${RENDERED}
[Unit]
Description=UNDE: how PgBouncer's pools fare, for Prometheus

[Timer]
OnActiveSec=5
OnUnitActiveSec=15
AccuracySec=1

[Install]
WantedBy=timers.target
`,
  };
}
