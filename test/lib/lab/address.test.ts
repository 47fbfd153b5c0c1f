import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planLabAddresses } from '../../../src/lib/lab/address.ts';
import { isLabAddress } from '../../../src/lib/common/dial/dial.ts';

const plan = (addresses: readonly string[]) =>
  planLabAddresses({
    hosts: addresses.map((address, index) => ({ name: `h${index}`, address })),
    tunnels: [],
  });

describe('planLabAddresses', () => {
  it('maps the sites and the tunnels by the rule', () => {
    const addresses = planLabAddresses({
      hosts: [
        { name: 'push', address: '10.1.0.4' },
        { name: 'shard-replica-0', address: '10.1.1.10' },
        { name: 'local-redis', address: '10.2.0.4' },
      ],
      tunnels: [{ host: 'local-redis', local: '10.3.2.1/32', helsinki: '10.3.2.100/32' }],
    });
    expect(Object.fromEntries(addresses.hosts)).toEqual({
      push: '198.18.0.4',
      'shard-replica-0': '198.18.1.10',
      'local-redis': '198.19.0.4',
    });
    expect(addresses.tunnels.get('local-redis')).toEqual({
      local: '198.19.130.1/32',
      helsinki: '198.19.130.100/32',
    });
  });

  it('leaves a claimed address to the first host, and gives the other one of the same site’s reserve', () => {
    expect([...plan(['10.1.0.15', '10.1.0.15', '10.1.0.15']).hosts.values()]).toEqual([
      '198.18.0.15',
      '198.18.240.10',
      '198.18.240.11',
    ]);
    expect([...plan(['10.2.0.4', '10.2.0.4']).hosts.values()]).toEqual(['198.19.0.4', '198.19.112.10']);
  });

  it('moves what would land on a reserved, a network or a broadcast address', () => {
    const moved = ['10.1.240.1', '10.1.0.0', '10.2.112.10', '10.3.127.255', '192.0.2.1'];
    for (const address of moved)
      expect(plan([address]).hosts.get('h0')).toMatch(/^198\.(18\.240|19\.112)\.10$/);
  });

  it('never leaves 198.18.0.0/15, and never gives an address twice', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const address = fc
      .tuple(fc.constantFrom('10.1', '10.2', '10.3', '10.9', '203.0'), byte, byte)
      .map((parts) => parts.join('.'));
    const tunnel = fc.tuple(address, address);
    fc.assert(
      fc.property(
        fc.array(address, { maxLength: 60 }),
        fc.array(tunnel, { maxLength: 20 }),
        (hosts, tunnels) => {
          const result = planLabAddresses({
            hosts: hosts.map((text, index) => ({ name: `h${index}`, address: text })),
            tunnels: tunnels.map(([local, helsinki], index) => ({
              host: `h${index}`,
              local: `${local}/32`,
              helsinki: `${helsinki}/32`,
            })),
          });
          const all = [
            ...result.hosts.values(),
            ...[...result.tunnels.values()].flatMap((ends) =>
              [ends.local, ends.helsinki].map((end) => end.replace('/32', '')),
            ),
            result.operator,
            result.mirror,
            result.objects,
          ];
          expect(all.every(isLabAddress)).toBe(true);
          expect(all.some((one) => one.startsWith('127.'))).toBe(false);
          expect(new Set(all).size).toBe(all.length);
          expect(all).not.toContain('198.18.0.0');
          expect(all).not.toContain('198.19.255.255');
        },
      ),
    );
  });
});
