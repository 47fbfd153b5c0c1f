import { describe, expect, it } from 'vitest';
import { codesWith } from '../../../inventory/fleet-fixture.ts';

describe('checkTunnels', () => {
  it('finds a host with WireGuard but without a tunnel, and does not ask the far end for one', () => {
    const line = '  shard: { interface: wg-shard, local: 10.3.3.1/32, helsinki: 10.3.3.100/32, use: WAL }\n';
    expect(codesWith([line, ''])).toEqual(['TUNNEL_MISSING']);
  });

  it('finds a tunnel on a host without WireGuard', () => {
    const line = '  broker: { interface: wg-x, local: 10.3.9.1/32, helsinki: 10.3.9.100/32, use: none }\n';
    expect(codesWith(['tunnels:\n', `tunnels:\n${line}`])).toContain('TUNNEL_WITHOUT_WIREGUARD');
  });

  it.each([
    ['interface: wg-cache', 'interface: wg-app'],
    ['helsinki: 10.3.1.100/32', 'helsinki: 10.3.0.100/32'],
  ])('finds an end that two tunnels share: %s → %s', (from, to) => {
    expect(codesWith([from, to])).toEqual(['TUNNEL_END_SHARED']);
  });

  it('finds tunnels that would share a port of the gateway', () => {
    expect(codesWith(['local: 10.3.1.1/32', 'local: 10.3.0.2/32'])).toEqual(['TUNNEL_PORT_SHARED']);
    expect(codesWith(['local: 10.3.1.1/32', 'local: 10.3.0.1/32'])).toEqual([
      'TUNNEL_END_SHARED',
      'TUNNEL_PORT_SHARED',
    ]);
  });
});
