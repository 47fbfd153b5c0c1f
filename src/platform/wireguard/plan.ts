import { besideTheFleet, networkIn } from '../../lib/desired/network/addresses.ts';
import { bare, gatewayOf, tunnelPlans, type TunnelGateway } from '../../lib/desired/network/tunnels.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { interfacesOf } from './interface.ts';

/**
 * Renders what the keeper keeps, a line each: `tunnel INTERFACE OWN-ADDRESS FAR-ADDRESS FROM SITE`, `route ROUTE` in
 * ip-route(8)'s words, `forward` where packets are passed on, and `missing WHAT` where the inventory does not say
 * enough for a tunnel to work.
 */
export function renderPlan(scope: RenderScope): string {
  const gateway = gatewayOf(scope);
  const lines = gateway === undefined ? [] : linesOf(scope, gateway);
  return ['# Rendered by unde.', `mtu ${scope.settings['mtu']}`, ...lines, ''].join('\n');
}

function linesOf(scope: RenderScope, gateway: TunnelGateway): string[] {
  const own = interfacesOf(scope, gateway);
  if (gateway.host.name === scope.host.name) return gateway.kind === 'linux' ? gatewayLines(scope) : [];
  const [tunnel] = own;
  return tunnel === undefined ? siteLines(scope, gateway) : localLines(scope, gateway, tunnel);
}

/** A local host reaches Helsinki through its tunnel, from its own address, and not at all where that is down. */
function localLines(
  scope: RenderScope,
  gateway: TunnelGateway,
  tunnel: ReturnType<typeof interfacesOf>[number],
): string[] {
  const site = scope.inventory.sites.find(({ name }) => name === gateway.host.site);
  const network = networkIn(scope, site?.network ?? `${scope.addressOf(gateway.host)}/32`);
  const device = tunnel.interface;
  const place = `settings of ${gateway.host.name}: wireguard`;
  return [
    ...(gateway.endpoint === '' ? [`missing endpoint (the gateway's public address) under ${place}`] : []),
    ...(gateway.publicKey === undefined && gateway.kind === 'routeros'
      ? [`missing public_key (what RouterOS made up) under ${place}; unde network routeros says how`]
      : []),
    `tunnel ${device} ${tunnel.local} ${bare(tunnel.helsinki)} ${tunnel.host.name} ${tunnel.host.site}`,
    `route ${bare(tunnel.helsinki)}/32 dev ${device} src ${bare(tunnel.local)}`,
    `route ${network} dev ${device} src ${scope.addressOf(scope.host)}`,
    `route unreachable ${network} metric 4096`,
    ...besideTheFleet(scope).map((address) => `route throw ${address}/32`),
  ];
}

function gatewayLines(scope: RenderScope): string[] {
  return [
    'forward',
    ...tunnelPlans(scope).flatMap(({ interface: device, host, local, helsinki }) => [
      `tunnel ${device} ${helsinki} ${bare(local)} ${host.name} ${host.site}`,
      `route ${bare(local)}/32 dev ${device} src ${bare(helsinki)}`,
      `route ${scope.addressOf(host)}/32 dev ${device} src ${scope.addressOf(scope.host)}`,
      `route unreachable ${scope.addressOf(host)}/32 metric 4096`,
    ]),
  ];
}

/** Helsinki's other hosts reach those with a tunnel by way of the gateway. */
function siteLines(scope: RenderScope, gateway: TunnelGateway): string[] {
  if (scope.host.site !== gateway.host.site) return [];
  const said = scope.context === 'lab' ? '' : (scope.settings['next_hop'] ?? '');
  if (said === 'none') return [];
  const hop = said === '' ? scope.addressOf(gateway.host) : said;
  return tunnelPlans(scope).map(({ host }) => `route ${scope.addressOf(host)}/32 via ${hop}`);
}
