import { describe, expect, it } from 'vitest';
import { networkScope, textOf } from '../../lib/desired/network/network-scope.ts';

const RULES = '/etc/nftables.conf';
const DROP_IN = '/etc/systemd/system/nftables.service.d/unde.conf';

function rules(host: string, changes: Parameters<typeof networkScope>[2] = {}): string {
  return textOf(networkScope('firewall', host, changes), 'firewall', RULES) ?? '';
}

/** The rules of one chain, without what every host has. */
function chain(text: string, name: 'input' | 'forward'): string[] {
  const body = new RegExp(`chain ${name} \\{\\n([^]*?)\\n\\t\\}`).exec(text)?.[1] ?? '';
  return body.split('\n').map((line) => line.trim());
}

/** What of a host's input differs from the others'. */
function own(host: string, changes: Parameters<typeof networkScope>[2] = {}): string[] {
  const lines = chain(rules(host, changes), 'input');
  const from = lines.findIndex((line) => line.includes('ping inside the fleet'));
  return lines.slice(from + 1, lines.indexOf('meta pkttype { broadcast, multicast } drop'));
}

const SETTINGS = 'firewall: { settings: { management: [198.51.100.0/24] } }';
const withSettings = (settings: string) => ({
  inventory: [[SETTINGS, `firewall: { settings: { ${settings} } }`] as const],
});

describe('the rules of a host', () => {
  it('drop what no rule lets through, replace their own table at once, and leave those of others alone', () => {
    expect(rules('db')).toMatchInlineSnapshot(`
      "#!/usr/sbin/nft -f
      # Rendered by unde from the manifests and the inventory; changes made here are drift.

      table inet unde
      delete table inet unde

      table inet unde {
      	set fleet {
      		type ipv4_addr
      		comment "every host, and the ends of the tunnels"
      		elements = { 10.2.0.2, 10.2.0.4, 10.1.0.2, 10.1.0.4, 10.1.0.5, 10.1.0.7, 10.3.0.1, 10.3.0.100,
      			10.3.7.1, 10.3.7.100 }
      	}
      	counter dropped { comment "what no rule let through" }

      	chain input {
      		type filter hook input priority filter; policy drop;
      		iifname "lo" accept
      		ct state established,related accept
      		ct state invalid counter drop comment "belongs to no connection"
      		icmp type { destination-unreachable, time-exceeded, parameter-problem } accept
      		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
      		udp sport 67 udp dport 68 accept comment "addresses from the provider"
      		ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "addresses from the provider"
      		ip saddr @fleet icmp type echo-request accept comment "ping inside the fleet"
      		ip saddr 198.51.100.0/24 tcp dport 22 accept comment "ssh: management"
      		ip saddr { 10.1.0.5, 10.2.0.2 } tcp dport 6379 accept comment "store, clients: worker, web"
      		ip saddr @fleet tcp dport 8000 accept comment "posts, planned, open to the fleet"
      		ip saddr 10.1.0.7 tcp dport 9100 accept comment "node-exporter, metrics: prometheus"
      		meta pkttype { broadcast, multicast } drop
      		limit rate 10/minute burst 20 packets log prefix "unde drop: "
      		counter name "dropped"
      	}

      	chain forward {
      		type filter hook forward priority filter; policy drop;
      		counter name "dropped"
      	}
      }
      "
    `);
  });

  it('let only the entry be reached from outside', () => {
    expect(own('app')).toMatchInlineSnapshot(`
      [
        "ip saddr 198.51.100.0/24 tcp dport 22 accept comment "ssh: management"",
        "tcp dport 443 accept comment "web, planned, open to the internet"",
        "ip saddr 10.1.0.7 tcp dport 9100 accept comment "node-exporter, metrics: prometheus"",
      ]
    `);
  });

  it('let tunnels in and through at the gateway', () => {
    expect(own('gateway')).toMatchInlineSnapshot(`
      [
        "ip saddr 198.51.100.0/24 tcp dport 22 accept comment "ssh: management"",
        "udp dport 51820 accept comment "wireguard, anybody"",
        "udp dport 51827 accept comment "wireguard, anybody"",
        "ip saddr 10.1.0.7 tcp dport 9100 accept comment "node-exporter, metrics: prometheus"",
      ]
    `);
    expect(chain(rules('gateway'), 'forward')).toMatchInlineSnapshot(`
      [
        "type filter hook forward priority filter; policy drop;",
        "tcp flags syn tcp option maxseg size set rt mtu",
        "iifname { "wg-app", "wg-cache" } ip saddr { 10.2.0.2, 10.2.0.4 } ip daddr 10.1.0.0/16 accept comment "wireguard: out of the tunnels"",
        "oifname { "wg-app", "wg-cache" } ip saddr 10.1.0.0/16 ip daddr { 10.2.0.2, 10.2.0.4 } accept comment "wireguard: into the tunnels"",
        "oifname { "wg-app", "wg-cache" } ip saddr 198.51.100.0/24 tcp dport 22 accept comment "ssh: beyond the tunnels"",
        "ct state established,related accept",
        "counter name "dropped"",
      ]
    `);
  });

  it('leave forwarding to RouterOS where that is the gateway', () => {
    const text = rules('gateway', { inventory: [['gateway: linux', 'gateway: routeros']] });
    expect(text).toContain('type filter hook forward priority filter; policy accept;');
    expect(chain(text, 'input')).toContain('udp dport 51820 accept comment "wireguard, anybody"');
  });

  it('have a lab’s addresses in a lab, its operator for the management range, and only hosts that it booted', () => {
    const text = rules('db', { context: 'lab', hosts: ['db', 'worker', 'gateway'] });
    expect(text).toContain('elements = { 198.18.0.2, 198.18.0.4, 198.18.0.5 }');
    expect(text).toContain('ip saddr 198.18.240.1 tcp dport 22 accept comment "ssh: management"');
    expect(text).toContain('ip saddr 198.18.0.5 tcp dport 6379 accept');
    expect(text).not.toMatch(/\b10\.\d/);
  });
});

describe('SSH', () => {
  it('is open to anybody until somebody says who operates', () => {
    expect(own('worker', withSettings(''))[0]).toBe(
      'tcp dport 22 accept comment "ssh: anybody, until management says who"',
    );
  });

  it('is open on the port that it has, to the management range in both families, and to the jump host', () => {
    const changes = {
      inventory: [
        [SETTINGS, 'firewall: { settings: { management: [198.51.100.7, "2001:db8::/48", 10.1.0.0/16] } }'],
        ['task: work,', 'task: work, ssh: { port: 2222, jump: gateway },'],
      ] as const,
    };
    expect(own('worker', changes).slice(0, 3)).toEqual([
      'ip saddr { 198.51.100.7, 10.1.0.0/16 } tcp dport 2222 accept comment "ssh: management"',
      'ip6 saddr 2001:db8::/48 tcp dport 2222 accept comment "ssh: management"',
      'ip saddr 10.1.0.2 tcp dport 2222 accept comment "ssh: jump host gateway"',
    ]);
  });

  it.each(['office', '10.1.0.0/33', '10.1.0.0/x', '10.1/16', '2001:db8::/129', '10.1.0.0/8/8'])(
    'refuses %s as a management range',
    (range) => {
      expect(() => rules('db', withSettings(`management: ["${range}"]`))).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING' }),
      );
    },
  );
});

describe('the setting open', () => {
  it('adds ports of what no manifest knows', () => {
    const open = '[443/tcp@internet, 5555/tcp@fleet, 8080/tcp@worker, 53/udp@10.2.0.0/24]';
    expect(own('db', { ...withSettings(`open: ${open}`), context: 'lab' }).slice(-4)).toEqual([
      'tcp dport 443 accept comment "setting open: 443/tcp@internet"',
      'ip saddr @fleet tcp dport 5555 accept comment "setting open: 5555/tcp@fleet"',
      'ip saddr 198.18.0.5 tcp dport 8080 accept comment "setting open: 8080/tcp@worker"',
      'ip saddr 198.19.0.0/24 udp dport 53 accept comment "setting open: 53/udp@10.2.0.0/24"',
    ]);
  });

  it.each(['443', '443/tcp', '443/icmp@fleet', '0/tcp@fleet', '70000/tcp@fleet', '443/tcp@nobody'])(
    'refuses %s',
    (open) => {
      expect(() => rules('db', withSettings(`open: ["${open}"]`))).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING' }),
      );
    },
  );
});

describe('guests of a host', () => {
  it('may ask for anything, and are asked only as declared', () => {
    const text = rules('db', withSettings('forward: guests, open: [9000/tcp@worker]'));
    expect(chain(text, 'forward')).toMatchInlineSnapshot(`
      [
        "type filter hook forward priority filter; policy drop;",
        "ct state established,related accept",
        "iifname "docker*" accept",
        "iifname "br-*" accept",
        "iifname "podman*" accept",
        "iifname "virbr*" accept",
        "ip saddr { 10.1.0.5, 10.2.0.2 } ct status dnat meta l4proto tcp ct original proto-dst 6379 accept comment "store"",
        "ip saddr @fleet ct status dnat meta l4proto tcp ct original proto-dst 8000 accept comment "posts"",
        "ip saddr 10.1.0.7 ct status dnat meta l4proto tcp ct original proto-dst 9100 accept comment "node-exporter"",
        "ip saddr 10.1.0.5 ct status dnat meta l4proto tcp ct original proto-dst 9000 accept comment "setting open: 9000/tcp@worker"",
        "counter name "dropped"",
      ]
    `);
  });

  it('are never cut off by surprise: the unit refuses where there are some', () => {
    const dropIn = (changes = {}) => textOf(networkScope('firewall', 'db', changes), 'firewall', DROP_IN);
    expect(dropIn()).toContain('ExecStartPre=');
    expect(dropIn()).toContain('ExecStop=\n');
    expect(dropIn(withSettings('forward: guests'))).not.toContain('ExecStartPre=');
  });

  it('refuses another word', () => {
    expect(() => rules('db', withSettings('forward: sometimes'))).toThrow(
      expect.objectContaining({ code: 'BAD_SETTING' }),
    );
  });
});
