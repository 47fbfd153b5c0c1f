import type { AlertSpec } from '../../lib/manifest/alert.ts';
import type { MetricSpec } from '../../lib/manifest/metric.ts';

const LABELS = ['tunnel', 'from', 'from_site'];

/** What each end says of its tunnels, through node-exporter. */
export const metrics: readonly MetricSpec[] = [
  {
    name: 'vpn_tunnel_up',
    type: 'gauge',
    help: '1 while the far end of the tunnel answers through it. Labels: the interface, the local host that it starts from, and its site.',
    labels: LABELS,
    alert: '== 0',
  },
  {
    name: 'vpn_tunnel_rtt_ms',
    type: 'gauge',
    help: 'Round trip through the tunnel in milliseconds, the least of three; absent while nothing answers.',
    labels: LABELS,
    alert: '> 200ms',
  },
  {
    name: 'vpn_tunnel_handshake_timestamp_seconds',
    type: 'gauge',
    help: 'When the ends last agreed on keys, in seconds since 1970; 0: never.',
    labels: LABELS,
  },
];

/**
 * Both ends measure. While a tunnel is down nobody reaches its local end, so the gateway's word counts; where the
 * gateway is RouterOS, nobody's, so a tunnel that is no longer reported is down as well. The alert names the local
 * host and its site, so that it can explain, and be explained.
 */
export const alerts: readonly AlertSpec[] = [
  {
    name: 'VpnTunnelDown',
    metric: 'vpn_tunnel_up',
    expr: byHost(
      'max by (tunnel, from, from_site) (vpn_tunnel_up) == 0 or (max by (tunnel, from, from_site) (last_over_time(vpn_tunnel_up[1d])) unless max by (tunnel, from, from_site) (vpn_tunnel_up))',
    ),
    // As soon as Prometheus misses the host itself, which this explains.
    for: '15s',
    keep: '1m',
    severity: 'critical',
    summary: 'The tunnel {{ $labels.tunnel }} of {{ $labels.host }} is down.',
  },
  {
    name: 'VpnTunnelSlow',
    metric: 'vpn_tunnel_rtt_ms',
    expr: byHost('min by (tunnel, from, from_site) (avg_over_time(vpn_tunnel_rtt_ms[5m])) > $threshold'),
    threshold: 200,
    for: '5m',
    severity: 'warning',
    summary:
      'A round trip through {{ $labels.tunnel }} of {{ $labels.host }} takes {{ $value | printf "%.0f" }} ms.',
  },
];

function byHost(expr: string): string {
  return `label_replace(label_replace(${expr}, "host", "$1", "from", "(.*)"), "site", "$1", "from_site", "(.*)")`;
}
