import { of, target, type AlertCase } from './alert-case.ts';

const gateway = target('helsinki-gw', 'node-exporter', 9100);
const end = target('local-app', 'node-exporter', 9100, 'local');
const tunnel = { tunnel: 'wg-app', from: 'local-app', from_site: 'local' };
const labels = { ...tunnel, host: 'local-app', site: 'local' };

export const cases: Readonly<Record<string, AlertCase>> = {
  VpnTunnelDown: {
    // One end that says so is not enough: the other one hears it.
    silent: { [of('vpn_tunnel_up', gateway, tunnel)]: '0', [of('vpn_tunnel_up', end, tunnel)]: '1' },
    firing: { [of('vpn_tunnel_up', gateway, tunnel)]: '0' },
    says: 'The tunnel wg-app of local-app is down.',
    labels,
  },
  VpnTunnelSlow: {
    silent: { [of('vpn_tunnel_rtt_ms', end, tunnel)]: '200' },
    firing: { [of('vpn_tunnel_rtt_ms', end, tunnel)]: '201' },
    says: 'A round trip through wg-app of local-app takes 201 ms.',
    labels,
  },
};
