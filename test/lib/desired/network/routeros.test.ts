import { describe, expect, it } from 'vitest';
import { compareRouter } from '../../../../src/lib/operations/network/routeros-compare.ts';
import { parseRouterExport } from '../../../../src/lib/operations/network/routeros-export.ts';
import { routerItems } from '../../../../src/lib/desired/network/routeros-plan.ts';
import { renderRouterScript } from '../../../../src/lib/desired/network/routeros-script.ts';
import { gatewayOf } from '../../../../src/lib/desired/network/tunnels.ts';
import { networkScope } from './network-scope.ts';

const scope = networkScope('wireguard', 'gateway', {
  inventory: [['gateway: linux', 'gateway: routeros']],
});
const gateway = gatewayOf(scope);
if (gateway === undefined) throw new Error('the fixture has no gateway');
const items = routerItems(scope, gateway);

/** What the router exports once it has taken the script: in its own order and its own way of writing. */
const EXPORT = `# 2026-03-01 12:00:00 by RouterOS 7.18.2
# software id =
#
/interface list
add name=WAN
add name=unde-tunnels
/interface wireguard
add comment="unde: app" listen-port=51820 mtu=1420 name=wg-app
add comment="unde: cache" listen-port=51827 mtu=1420 name=wg-cache
/interface list member
add interface=ether1 list=WAN
add interface=wg-app list=unde-tunnels
add interface=wg-cache list=unde-tunnels
/interface wireguard peers
add allowed-address=10.2.0.2/32,10.3.0.1/32 comment="unde: app" interface=\\
    wg-app name=peer1 public-key="PUBLIC-OF-app="
add allowed-address=10.3.7.1/32,10.2.0.4/32 comment="unde: cache" interface=\\
    wg-cache name=peer2 public-key="PUBLIC-OF-cache="
/ip address
add address=10.1.0.2/16 interface=ether1 network=10.1.0.0
add address=10.3.0.100 comment="unde: app" interface=wg-app network=10.3.0.100
add address=10.3.7.100 comment="unde: cache" interface=wg-cache network=\\
    10.3.7.100
/ip firewall address-list
add address=10.2.0.2 comment="unde: app" list=unde-local
add address=10.2.0.4 comment="unde: cache" list=unde-local
/ip firewall filter
add action=accept chain=input connection-state=established,related
add action=accept chain=input comment="unde: tunnels from anywhere" dst-port=\\
    51820,51827 protocol=udp
add action=accept chain=input comment="unde: ping through the tunnels" \\
    in-interface-list=unde-tunnels protocol=icmp
add action=accept chain=input comment="unde: answers through the tunnels" \\
    connection-state=established,related in-interface-list=unde-tunnels
add action=drop chain=input comment=\\
    "unde: nothing else from the tunnels to the router" in-interface-list=\\
    unde-tunnels
add action=accept chain=forward comment="unde: out of the tunnels" dst-address=\\
    10.1.0.0/16 in-interface-list=unde-tunnels src-address-list=unde-local
add action=accept chain=forward comment="unde: into the tunnels" \\
    dst-address-list=unde-local out-interface-list=unde-tunnels src-address=\\
    10.1.0.0/16
add action=drop chain=forward comment="unde: nothing else out of the tunnels" \\
    in-interface-list=unde-tunnels
add action=drop chain=forward comment="unde: nothing else into the tunnels" \\
    out-interface-list=unde-tunnels
add action=drop chain=input comment="everything else"
/ip route
add comment="unde: app" dst-address=10.3.0.1/32 gateway=wg-app
add comment="unde: app" dst-address=10.2.0.2/32 gateway=wg-app
add comment="unde: cache" dst-address=10.3.7.1/32 gateway=wg-cache
add comment="unde: cache" dst-address=10.2.0.4/32 gateway=wg-cache
/system identity
set name=gateway
`;

function differences(...changes: readonly (readonly [from: string, to: string])[]): string[] {
  const text = changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the export has no ${from}`);
    return before.replace(from, to);
  }, EXPORT);
  return compareRouter(items, parseRouterExport(text)).map(
    ({ kind, menu, item, detail }) => `${kind} ${menu} ${item}${detail === '' ? '' : `: ${detail}`}`,
  );
}

describe('renderRouterScript', () => {
  it('makes everything, and holds no private key: the router makes its own', () => {
    expect(renderRouterScript('gateway', items)).toMatchInlineSnapshot(`
      "# RouterOS 7: the tunnels of gateway. Rendered by unde; paste it into a terminal of the router.
      # Rules of the filter are added at its end: move them above a rule of your own that drops everything.
      # Afterwards record the public key that it prints, and compare: unde network routeros --check EXPORT

      /interface/list
      add name=unde-tunnels

      /interface/wireguard
      add name=wg-app listen-port=51820 mtu=1420 comment="unde: app"
      add name=wg-cache listen-port=51827 mtu=1420 comment="unde: cache" private-key=[/interface/wireguard/get [find name=wg-app] private-key]

      /interface/list/member
      add interface=wg-app list=unde-tunnels
      add interface=wg-cache list=unde-tunnels

      /interface/wireguard/peers
      add interface=wg-app public-key="PUBLIC-OF-app=" allowed-address=10.2.0.2/32,10.3.0.1/32 comment="unde: app"
      add interface=wg-cache public-key="PUBLIC-OF-cache=" allowed-address=10.2.0.4/32,10.3.7.1/32 comment="unde: cache"

      /ip/address
      add address=10.3.0.100/32 interface=wg-app network=10.3.0.100 comment="unde: app"
      add address=10.3.7.100/32 interface=wg-cache network=10.3.7.100 comment="unde: cache"

      /ip/route
      add dst-address=10.3.0.1/32 gateway=wg-app comment="unde: app"
      add dst-address=10.2.0.2/32 gateway=wg-app comment="unde: app"
      add dst-address=10.3.7.1/32 gateway=wg-cache comment="unde: cache"
      add dst-address=10.2.0.4/32 gateway=wg-cache comment="unde: cache"

      /ip/firewall/address-list
      add address=10.2.0.2 list=unde-local comment="unde: app"
      add address=10.2.0.4 list=unde-local comment="unde: cache"

      /ip/firewall/filter
      add chain=input action=accept protocol=udp dst-port=51820,51827 comment="unde: tunnels from anywhere"
      add chain=input action=accept protocol=icmp in-interface-list=unde-tunnels comment="unde: ping through the tunnels"
      add chain=input action=accept connection-state=established,related in-interface-list=unde-tunnels comment="unde: answers through the tunnels"
      add chain=input action=drop in-interface-list=unde-tunnels comment="unde: nothing else from the tunnels to the router"
      add chain=forward action=accept in-interface-list=unde-tunnels src-address-list=unde-local dst-address=10.1.0.0/16 comment="unde: out of the tunnels"
      add chain=forward action=accept out-interface-list=unde-tunnels src-address=10.1.0.0/16 dst-address-list=unde-local comment="unde: into the tunnels"
      add chain=forward action=drop in-interface-list=unde-tunnels comment="unde: nothing else out of the tunnels"
      add chain=forward action=drop out-interface-list=unde-tunnels comment="unde: nothing else into the tunnels"

      # Its own public key, for the inventory: settings of the gateway, wireguard: { public_key: "…" }
      :put [/interface/wireguard/get [find name=wg-app] public-key]
      "
    `);
  });

  it('is read back as the plan', () => {
    const script = renderRouterScript('gateway', items);
    expect(script.match(/private-key=/g)).toHaveLength(1);
    const taken = script.replaceAll(/ private-key=\[.*\]$/gm, '');
    expect(compareRouter(items, parseRouterExport(taken))).toEqual([]);
  });
});

describe('compareRouter', () => {
  it('finds nothing wrong with what the router made of the script', () => {
    expect(differences()).toEqual([]);
    expect(compareRouter(items, parseRouterExport(terseOf(EXPORT)))).toEqual([]);
  });

  it.each([
    [
      'a peer with another key',
      ['public-key="PUBLIC-OF-app="', 'public-key="OLD="'],
      'differs /interface wireguard peers interface=wg-app: public-key is OLD=, and should be PUBLIC-OF-app=',
    ],
    [
      'another port',
      ['listen-port=51827', 'listen-port=13231'],
      'differs /interface wireguard name=wg-cache: listen-port is 13231, and should be 51827',
    ],
    [
      'a route that is missing',
      ['add comment="unde: cache" dst-address=10.2.0.4/32 gateway=wg-cache\n', ''],
      'missing /ip route dst-address=10.2.0.4/32',
    ],
    [
      'a peer that nobody planned',
      ['/ip address\n', 'add allowed-address=0.0.0.0/0 interface=wg-app public-key="EVE="\n/ip address\n'],
      'extra /interface wireguard peers allowed-address=0.0.0.0/0 interface=wg-app',
    ],
    [
      'a tunnel of a host that is gone',
      ['/ip route\n', '/ip route\nadd comment="unde: gone" dst-address=10.2.0.9/32 gateway=wg-gone\n'],
      'extra /ip route comment=unde: gone dst-address=10.2.0.9/32',
    ],
    [
      'a rule behind one that drops everything',
      [
        'add action=accept chain=input connection-state=established,related\n',
        'add action=drop chain=forward comment="nobody" log=yes\n',
      ],
      'order /ip firewall filter comment=unde: out of the tunnels: stands behind a rule of forward that ends in drop for everything',
    ],
  ] as const)('finds %s', (_, change, difference) => {
    expect(differences(change)).toContain(difference);
  });

  it('finds rules in another order', () => {
    const out = /add action=accept chain=forward comment="unde: out[^]*?unde-local\n/.exec(EXPORT)?.[0] ?? '';
    expect(differences([out, ''], ['/ip route\n', `${out}/ip route\n`])).toEqual([
      'order /ip firewall filter comment=unde: into the tunnels: belongs behind unde: out of the tunnels',
    ]);
  });

  it('never repeats a private key that an export holds', () => {
    const shown = differences(['mtu=1420 name=wg-app', 'mtu=1500 name=wg-app private-key="SECRET="']).join(
      '\n',
    );
    expect(shown).toContain('mtu is 1500');
    expect(shown).not.toContain('SECRET');
  });
});

describe('parseRouterExport', () => {
  it('refuses what is no export', () => {
    expect(() => parseRouterExport('<html>\n')).toThrow(expect.objectContaining({ code: 'BAD_EXPORT' }));
  });
});

/** The same with `/export terse`: the menu on every line. */
function terseOf(text: string): string {
  let menu = '';
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('/')) menu = line;
      return line.startsWith('add ') ? [`${menu} ${line}`] : [];
    })
    .join('\r\n');
}
