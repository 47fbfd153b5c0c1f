/** The program that keeps the tunnels. */
export const SCRIPT = '/usr/local/lib/unde/wireguard';

/** Where it tells node-exporter how they are. */
export const METRICS = '/var/lib/prometheus/node-exporter/unde-wireguard.prom';

/** The unit is the same on every host. */
export const UNIT = `# Rendered by unde.
[Unit]
Description=UNDE: tunnels between the sites, and the routes into them
After=network-online.target nftables.service
Wants=network-online.target

[Service]
Type=notify-reload
NotifyAccess=all
ExecStart=${SCRIPT} keep
ExecStopPost=-/bin/rm -f ${METRICS}
Restart=on-failure
RestartSec=5
# What it asks systemd when it is told to stop must not be told to stop, too.
KillMode=mixed
TimeoutStopSec=15
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;
