import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bridgeName,
  machinePort,
  renderCutTable,
  renderMachineAddress,
  renderPlug,
  renderSwitch,
  wanPort,
} from '../../../src/lib/lab/network.ts';

describe('interface names', () => {
  it('are the host’s own where they fit', () => {
    expect(machinePort('local-redis')).toBe('local-redis');
    expect(bridgeName('helsinki')).toBe('br-helsinki');
    expect(wanPort('local')).toBe('wan-local');
  });

  it('fit the kernel, differ where the names do, and are never a bridge’s or a link’s', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/);
    const taken = ['lo', ...['helsinki', 'local'].flatMap((site) => [bridgeName(site), wanPort(site)])];
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(name, fc.constantFrom(...taken)), { maxLength: 40 }), (hosts) => {
        const ports = hosts.map(machinePort);
        expect(ports.every((port) => port.length <= 15)).toBe(true);
        expect(new Set([...ports, ...taken]).size).toBe(ports.length + taken.length);
      }),
    );
  });
});

describe('renderSwitch', () => {
  const text = renderSwitch(['local', 'helsinki'], 'helsinki', '198.18.240.1');

  it('gives each site a bridge, and the operator an address on one', () => {
    expect(text.match(/^link add \S+/gm)).toEqual(['link add br-local', 'link add br-helsinki']);
    expect(text).toContain('address add 198.18.240.1/15 dev br-helsinki\n');
  });

  it('lets only the operator’s own bridge answer for that address', () => {
    expect(text.match(/^.* arp off$/gm)).toEqual(['link set br-local arp off']);
  });

  it('has no route and no link to anything else', () => {
    expect(text).not.toMatch(/route|netns|veth|default/);
  });
});

describe('plugging a machine in', () => {
  const host = { name: 'local-orchestrator', site: 'local', address: '198.19.0.17' };

  it('joins its namespace to its site’s bridge', () => {
    expect(renderPlug('default', host)).toBe(
      [
        'link add local-or-25180d type veth peer name eth0 address 02:01:c6:13:00:11 netns unde-default-local-orchestrator',
        'link set local-or-25180d addrgenmode none',
        'link set local-or-25180d master br-local',
        'link set local-or-25180d up',
        '',
      ].join('\n'),
    );
  });

  it('gives it its address and no route beyond the lab', () => {
    const text = renderMachineAddress(host);
    expect(text).toContain('address add 198.19.0.17/15 dev eth0\n');
    expect(text).not.toContain('route');
  });
});

describe('renderCutTable', () => {
  it('drops both ways, without an answer, and lets ARP through', () => {
    const text = renderCutTable();
    expect(text).toContain('iifname @cut ether type != arp drop');
    expect(text).toContain('oifname @cut ether type != arp drop');
    expect(text).not.toContain('reject');
  });
});
