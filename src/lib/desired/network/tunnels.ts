import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { tunnelEnds } from './addresses.ts';

/** The service that keeps tunnels; its settings say where they end. */
export const WIREGUARD = 'wireguard';

/** What carries the far ends of all tunnels. */
export type GatewayKind = 'linux' | 'routeros';

/** The host that all tunnels lead to. */
export interface TunnelGateway {
  readonly host: Host;
  readonly kind: GatewayKind;
  /** The address that its tunnels' UDP packets are sent to; empty while the inventory does not say. */
  readonly endpoint: string;
  /** Its WireGuard public key; `undefined` while nobody knows it. */
  readonly publicKey: string | undefined;
}

/** One tunnel as both of its ends see it. */
export interface TunnelPlan {
  /** The interface's name, the same at both ends. */
  readonly interface: string;
  /** The local host that it starts from. */
  readonly host: Host;
  /** UDP port at the gateway. */
  readonly port: number;
  /** The ends' own addresses, each with its prefix length. */
  readonly local: string;
  readonly helsinki: string;
  readonly use: string;
  /** The local host's public key; `undefined` while it has none. */
  readonly publicKey: string | undefined;
}

/** The first tunnel's port; the others follow by the third number of their addresses. */
const FIRST_PORT = 51_820;

/** The secret that holds a host's WireGuard key. */
export function keySecret(host: Pick<Host, 'name'>): string {
  return `wireguard-${host.name}`;
}

/**
 * The UDP port of a tunnel at the gateway. It follows from the tunnel's own address, so that another tunnel that
 * comes or goes moves none: 10.3.50.1 has 51870.
 */
export function tunnelPort(tunnel: { readonly local: string }): number {
  return FIRST_PORT + Number(tunnel.local.split('.')[2]);
}

/** The gateway; `undefined` where no host is said to be one, or a lab did not boot it. */
export function gatewayOf(scope: RenderScope): TunnelGateway | undefined {
  for (const host of scope.placementsOf(WIREGUARD)) {
    const settings = scope.settingsOf(host, WIREGUARD);
    const said = settings['gateway'] ?? '';
    if (said === '') continue;
    // A lab has no machine that RouterOS runs on, and one link, on which the gateway's own address is reached.
    const kind = said === 'routeros' && scope.context === 'production' ? 'routeros' : 'linux';
    return {
      host,
      kind,
      endpoint: scope.context === 'lab' ? scope.addressOf(host) : (settings['endpoint'] ?? ''),
      publicKey:
        kind === 'routeros' ? settings['public_key'] || undefined : scope.publicPart(keySecret(host)),
    };
  }
  return undefined;
}

/** The tunnels whose local host there is in this context, in the order of the inventory. */
export function tunnelPlans(scope: RenderScope): TunnelPlan[] {
  return scope.inventory.tunnels.flatMap((tunnel) => {
    const host = scope.hosts.find(({ name }) => name === tunnel.host);
    if (host === undefined) return [];
    const { use } = tunnel;
    return {
      interface: tunnel.interface,
      host,
      port: tunnelPort(tunnel),
      ...tunnelEnds(scope, tunnel),
      use,
      publicKey: scope.publicPart(keySecret(host)),
    };
  });
}

/** An address without its prefix length. */
export function bare(address: string): string {
  return address.split('/')[0] ?? address;
}
