import { CONFIGURATION, DATA, PROGRAMS, SOCKETS } from '../../lib/common/layout/postgres.ts';
import { CERTIFICATE_SCRIPT, CLUSTER_SCRIPT, PACKAGE_UNIT, SETUP_SCRIPT } from './paths.ts';

/**
 * Renders the unit. Debian's own starts through a wrapper that hides failures and never restarts; this one is
 * notified by the server itself, and comes back after a crash however often that takes: a full disk has to be able to
 * mend itself.
 */
export function renderUnit(): string {
  return `# Rendered by unde; changes made here are drift.
[Unit]
Description=UNDE postgres: PostgreSQL 17, cluster main
Wants=network-online.target
After=network-online.target ${PACKAGE_UNIT}
Conflicts=${PACKAGE_UNIT}
RequiresMountsFor=${DATA}
StartLimitIntervalSec=0

[Service]
Type=notify
User=postgres
ExecStartPre=+${CLUSTER_SCRIPT}
ExecStartPre=+${CERTIFICATE_SCRIPT}
ExecStart=${PROGRAMS}/postgres -c config_file=${CONFIGURATION}/postgresql.conf
# A database that could not be set up serves on all the same; the health command says what is wrong.
ExecStartPost=-+${SETUP_SCRIPT}
ExecReload=+${CERTIFICATE_SCRIPT}
ExecReload=/bin/kill -HUP $MAINPID
ExecReload=+${SETUP_SCRIPT}
# Fast shutdown: sessions are ended, what was acknowledged is kept. What a killed server leaves behind is killed too.
KillSignal=SIGINT
KillMode=mixed
TimeoutStartSec=infinity
TimeoutStopSec=300
Restart=on-failure
RestartSec=1
RestartSteps=5
RestartMaxDelaySec=30
# The kernel must not choose the server when memory runs out; its sessions go back to normal by themselves.
OOMScoreAdjust=-900
Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj PG_OOM_ADJUST_VALUE=0
SyslogIdentifier=postgres

RuntimeDirectory=${SOCKETS.replace('/run/', '')}
RuntimeDirectoryMode=2775
RuntimeDirectoryPreserve=yes
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths=/var/lib/postgresql
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
