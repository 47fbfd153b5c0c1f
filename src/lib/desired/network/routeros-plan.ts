import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { networkIn } from './addresses.ts';
import { bare, tunnelPlans, type TunnelGateway, type TunnelPlan } from './tunnels.ts';

/** One item of RouterOS' configuration: a line of a menu. */
export interface RouterItem {
  /** As `/export` heads it: `/interface wireguard`. */
  readonly menu: string;
  /** What tells it from its neighbours in the menu. */
  readonly key: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

/** How items of ours are marked in the router, so that those of others are left alone. */
export const MARK = 'unde: ';

/** The interface list of all tunnels, and the address list of what is behind them. */
const TUNNELS = 'unde-tunnels';
const BEYOND = 'unde-local';

/** What a RouterOS gateway should hold for the tunnels, in the order in which it can be made. */
export function routerItems(scope: RenderScope, gateway: TunnelGateway): RouterItem[] {
  const tunnels = tunnelPlans(scope);
  const site = scope.inventory.sites.find(({ name }) => name === gateway.host.site);
  const network = networkIn(scope, site?.network ?? '0.0.0.0/0');
  return [
    { menu: '/interface list', key: ['name'], values: { name: TUNNELS } },
    ...tunnels.flatMap((tunnel) => tunnelItems(scope, tunnel)),
    ...filterItems(tunnels, network),
  ];
}

function tunnelItems(scope: RenderScope, tunnel: TunnelPlan): RouterItem[] {
  const { interface: name, host, local, helsinki, port, publicKey } = tunnel;
  const address = scope.addressOf(host);
  const comment = `${MARK}${host.name}`;
  return [
    {
      menu: '/interface wireguard',
      key: ['name'],
      values: { name, 'listen-port': String(port), mtu: mtuOf(scope, host), comment },
    },
    {
      menu: '/interface list member',
      key: ['interface', 'list'],
      values: { interface: name, list: TUNNELS },
    },
    ...(publicKey === undefined
      ? []
      : [
          {
            menu: '/interface wireguard peers',
            key: ['interface'],
            values: {
              interface: name,
              'public-key': publicKey,
              'allowed-address': `${address}/32,${bare(local)}/32`,
              comment,
            },
          },
        ]),
    {
      menu: '/ip address',
      key: ['address', 'interface'],
      values: { address: helsinki, interface: name, network: bare(helsinki), comment },
    },
    ...[bare(local), address].map((to) => ({
      menu: '/ip route',
      key: ['dst-address'],
      values: { 'dst-address': `${to}/32`, gateway: name, comment },
    })),
    {
      menu: '/ip firewall address-list',
      key: ['address', 'list'],
      values: { address, list: BEYOND, comment },
    },
  ];
}

function mtuOf(scope: RenderScope, host: Host): string {
  return scope.settingsOf(host, 'wireguard')['mtu'] ?? '1420';
}

/** The filter's order is its meaning; the drops concern the tunnels only, so that nobody is locked out. */
function filterItems(tunnels: readonly TunnelPlan[], network: string): RouterItem[] {
  const rule = (comment: string, values: Readonly<Record<string, string>>): RouterItem => ({
    menu: '/ip firewall filter',
    key: ['comment'],
    values: { ...values, comment: `${MARK}${comment}` },
  });
  const ports = tunnels.map(({ port }) => String(port)).join(',');
  const chain = (name: string, action: string) => ({ chain: name, action });
  return [
    rule('tunnels from anywhere', { ...chain('input', 'accept'), protocol: 'udp', 'dst-port': ports }),
    rule('ping through the tunnels', {
      ...chain('input', 'accept'),
      protocol: 'icmp',
      'in-interface-list': TUNNELS,
    }),
    rule('answers through the tunnels', {
      ...chain('input', 'accept'),
      'connection-state': 'established,related',
      'in-interface-list': TUNNELS,
    }),
    rule('nothing else from the tunnels to the router', {
      ...chain('input', 'drop'),
      'in-interface-list': TUNNELS,
    }),
    rule('out of the tunnels', {
      ...chain('forward', 'accept'),
      'in-interface-list': TUNNELS,
      'src-address-list': BEYOND,
      'dst-address': network,
    }),
    rule('into the tunnels', {
      ...chain('forward', 'accept'),
      'out-interface-list': TUNNELS,
      'src-address': network,
      'dst-address-list': BEYOND,
    }),
    rule('nothing else out of the tunnels', { ...chain('forward', 'drop'), 'in-interface-list': TUNNELS }),
    rule('nothing else into the tunnels', { ...chain('forward', 'drop'), 'out-interface-list': TUNNELS }),
  ];
}
