import { networkIn } from '../../lib/desired/network/addresses.ts';
import {
  bare,
  gatewayOf,
  tunnelPlans,
  type TunnelGateway,
  type TunnelPlan,
} from '../../lib/desired/network/tunnels.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { MARK } from './script.ts';

/** NAT on the way forgets a silent connection; a local host says something more often than that. */
const KEEPALIVE_SECONDS = 25;

/** Renders wg(8)'s configuration of each interface of the host, without its private key. */
export function renderInterfaces(scope: RenderScope): RenderedFile[] {
  const gateway = gatewayOf(scope);
  if (gateway === undefined) return [];
  return interfacesOf(scope, gateway).map((tunnel) => ({
    path: `/etc/unde/wireguard/${tunnel.interface}.conf`,
    content:
      tunnel.host.name === scope.host.name
        ? localEnd(scope, gateway, tunnel)
        : gatewayEnd(scope.addressOf(tunnel.host), tunnel),
    mode: 0o644,
  }));
}

/** The tunnels that have an end on the scope's host. */
export function interfacesOf(scope: RenderScope, gateway: TunnelGateway): TunnelPlan[] {
  const tunnels = tunnelPlans(scope);
  if (gateway.host.name === scope.host.name) return gateway.kind === 'linux' ? tunnels : [];
  return tunnels.filter(({ host }) => host.name === scope.host.name);
}

function localEnd(scope: RenderScope, gateway: TunnelGateway, tunnel: TunnelPlan): string {
  const site = scope.inventory.sites.find(({ name }) => name === gateway.host.site);
  const allowed = [...(site === undefined ? [] : [networkIn(scope, site.network)]), tunnel.helsinki];
  return render([], gateway.publicKey, [
    `# ${gateway.host.name}`,
    `AllowedIPs = ${allowed.join(', ')}`,
    ...(gateway.endpoint === '' ? [] : [`Endpoint = ${gateway.endpoint}:${tunnel.port}`]),
    `PersistentKeepalive = ${KEEPALIVE_SECONDS}`,
  ]);
}

function gatewayEnd(address: string, tunnel: TunnelPlan): string {
  return render([`ListenPort = ${tunnel.port}`], tunnel.publicKey, [
    `# ${tunnel.host.name}: ${tunnel.use}`,
    `AllowedIPs = ${address}/32, ${bare(tunnel.local)}/32`,
  ]);
}

function render(own: readonly string[], publicKey: string | undefined, peer: readonly string[]): string {
  return [
    '# Rendered by unde; the private key is a credential, and never in a file.',
    '[Interface]',
    ...own,
    `FwMark = ${MARK}`,
    '',
    ...(publicKey === undefined
      ? ['# The other end has no key yet.']
      : ['[Peer]', ...peer.slice(0, 1), `PublicKey = ${publicKey}`, ...peer.slice(1)]),
    '',
  ].join('\n');
}
