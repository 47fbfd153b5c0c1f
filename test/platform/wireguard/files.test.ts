import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { perHost } from '../../../src/lib/manifest/per-host.ts';
import { manifest } from '../../../src/platform/wireguard/manifest.ts';
import { networkScope, textOf } from '../../lib/desired/network/network-scope.ts';

const PLAN = '/etc/unde/wireguard/plan';

function text(host: string, path: string, changes: Parameters<typeof networkScope>[2] = {}) {
  return textOf(networkScope('wireguard', host, changes), 'wireguard', path);
}

const ROUTEROS = [
  'gateway: linux, endpoint: 203.0.113.2',
  'gateway: routeros, endpoint: 203.0.113.2, public_key: ROUTER=',
] as const;

describe('a local host', () => {
  it('has its own tunnel, and reaches Helsinki through it from its one address', () => {
    expect(text('app', PLAN)).toMatchInlineSnapshot(`
      "# Rendered by unde.
      mtu 1420
      tunnel wg-app 10.3.0.1/32 10.3.0.100 app local
      route 10.3.0.100/32 dev wg-app src 10.3.0.1
      route 10.1.0.0/16 dev wg-app src 10.2.0.2
      route unreachable 10.1.0.0/16 metric 4096
      "
    `);
    expect(text('app', '/etc/unde/wireguard/wg-app.conf')).toMatchInlineSnapshot(`
      "# Rendered by unde; the private key is a credential, and never in a file.
      [Interface]
      FwMark = 0x5182

      [Peer]
      # gateway
      PublicKey = PUBLIC-OF-gateway=
      AllowedIPs = 10.1.0.0/16, 10.3.0.100/32
      Endpoint = 203.0.113.2:51820
      PersistentKeepalive = 25
      "
    `);
    expect(text('app', '/etc/unde/wireguard/wg-cache.conf')).toBeUndefined();
  });

  it('in a lab leaves the lab’s own machines on the link, and the gateway is its endpoint', () => {
    expect(text('app', PLAN, { context: 'lab' })).toMatchInlineSnapshot(`
      "# Rendered by unde.
      mtu 1420
      tunnel wg-app 198.19.128.1/32 198.19.128.100 app local
      route 198.19.128.100/32 dev wg-app src 198.19.128.1
      route 198.18.0.0/16 dev wg-app src 198.19.0.2
      route unreachable 198.18.0.0/16 metric 4096
      route throw 198.18.240.1/32
      route throw 198.18.240.2/32
      route throw 198.18.240.3/32
      "
    `);
    expect(text('app', '/etc/unde/wireguard/wg-app.conf', { context: 'lab' })).toContain(
      'Endpoint = 198.18.0.2:51820',
    );
  });

  it('says what the inventory lacks, rather than sending packets anywhere', () => {
    const lacking = text('app', PLAN, {
      inventory: [['gateway: linux, endpoint: 203.0.113.2', 'gateway: routeros']],
    });
    expect(lacking?.match(/^missing .*$/gm)).toEqual([
      "missing endpoint (the gateway's public address) under settings of gateway: wireguard",
      'missing public_key (what RouterOS made up) under settings of gateway: wireguard; unde network routeros says how',
    ]);
    expect(text('app', PLAN)).not.toContain('missing');
  });

  it('trusts the key that RouterOS made up', () => {
    expect(text('app', '/etc/unde/wireguard/wg-app.conf', { inventory: [ROUTEROS] })).toContain(
      'PublicKey = ROUTER=',
    );
  });
});

describe('the gateway', () => {
  it('has the far end of every tunnel, a port for each, and forwards', () => {
    expect(text('gateway', PLAN)).toMatchInlineSnapshot(`
      "# Rendered by unde.
      mtu 1420
      forward
      tunnel wg-app 10.3.0.100/32 10.3.0.1 app local
      route 10.3.0.1/32 dev wg-app src 10.3.0.100
      route 10.2.0.2/32 dev wg-app src 10.1.0.2
      route unreachable 10.2.0.2/32 metric 4096
      tunnel wg-cache 10.3.7.100/32 10.3.7.1 cache local
      route 10.3.7.1/32 dev wg-cache src 10.3.7.100
      route 10.2.0.4/32 dev wg-cache src 10.1.0.2
      route unreachable 10.2.0.4/32 metric 4096
      "
    `);
    expect(text('gateway', '/etc/unde/wireguard/wg-cache.conf')).toMatchInlineSnapshot(`
      "# Rendered by unde; the private key is a credential, and never in a file.
      [Interface]
      ListenPort = 51827
      FwMark = 0x5182

      [Peer]
      # cache: routing
      PublicKey = PUBLIC-OF-cache=
      AllowedIPs = 10.2.0.4/32, 10.3.7.1/32
      "
    `);
  });

  it('waits for a host that has no key yet', () => {
    const conf = text('gateway', '/etc/unde/wireguard/wg-cache.conf', { keyless: ['wireguard-cache'] });
    expect(conf).toContain('# The other end has no key yet.');
    expect(conf).not.toContain('[Peer]');
  });

  it('does nothing of this where RouterOS does', () => {
    expect(text('gateway', PLAN, { inventory: [ROUTEROS] })).toBe('# Rendered by unde.\nmtu 1420\n');
    expect(text('gateway', '/etc/unde/wireguard/wg-app.conf', { inventory: [ROUTEROS] })).toBeUndefined();
  });
});

describe("Helsinki's other hosts", () => {
  const routes = (changes = {}) => text('db', PLAN, changes)?.match(/^route .*$/gm) ?? [];

  it('know the way to the tunnels', () => {
    expect(routes()).toEqual(['route 10.2.0.2/32 via 10.1.0.2', 'route 10.2.0.4/32 via 10.1.0.2']);
  });

  it('go by another router where there is one, or by none; but not in a lab, which has neither', () => {
    const hop = (address: string) => ({
      inventory: [
        [
          'task: data, services: [store, posts]',
          `task: data, services: [store, posts], settings: { wireguard: { next_hop: ${address} } }`,
        ] as const,
      ],
    });
    expect(routes(hop('10.1.0.1'))).toEqual([
      'route 10.2.0.2/32 via 10.1.0.1',
      'route 10.2.0.4/32 via 10.1.0.1',
    ]);
    expect(routes(hop('none'))).toEqual([]);
    expect(routes({ ...hop('10.1.0.1'), context: 'lab' })[0]).toBe('route 198.19.0.2/32 via 198.18.0.2');
  });

  it('have nothing to keep in a lab without the gateway', () => {
    expect(routes({ context: 'lab', hosts: ['db', 'app'] })).toEqual([]);
  });
});

describe('keys', () => {
  const secrets = (host: string, changes = {}) =>
    (perHost(manifest.secrets, networkScope('wireguard', host, changes)) ?? []).map(({ secret }) => secret);

  it('belong to the ends that are ours', () => {
    expect(secrets('app')).toEqual(['wireguard-app']);
    expect(secrets('gateway')).toEqual(['wireguard-gateway']);
    expect(secrets('db')).toEqual([]);
    expect(secrets('gateway', { inventory: [ROUTEROS] })).toEqual([]);
    expect(secrets('gateway', { inventory: [ROUTEROS], context: 'lab' })).toEqual(['wireguard-gateway']);
  });

  it('are in no rendered file', () => {
    const rendered = manifest.files(networkScope('wireguard', 'gateway'));
    for (const { content } of rendered.filter(({ path }) => path.endsWith('.conf'))) {
      expect(content).not.toContain('PrivateKey');
    }
  });
});

describe('the program', () => {
  it('is bash, the same on every host', () => {
    const script = text('app', '/usr/local/lib/unde/wireguard') ?? '';
    expect(text('gateway', '/usr/local/lib/unde/wireguard')).toBe(script);
    execFileSync('bash', ['-n'], { input: script });
  });
});
