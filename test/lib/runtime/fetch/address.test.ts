import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayFetchFrom, parseRange, type AddressRange } from '../../../../src/lib/runtime/fetch/address.ts';

const PRODUCTION = {};
const ranges = (...texts: string[]) => texts.map((text) => parseRange(text) as AddressRange);

describe('mayFetchFrom', () => {
  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback further on', '127.8.9.10'],
    ['this host', '0.0.0.0'],
    ['10/8', '10.1.0.15'],
    ['172.16/12', '172.20.1.1'],
    ['192.168/16', '192.168.0.1'],
    ['carrier-grade NAT', '100.64.1.1'],
    ["the clouds' metadata", '169.254.169.254'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['IPv6 loopback', '::1'],
    ['IPv6 unspecified', '::'],
    ['IPv6 link-local', 'fe80::1'],
    ['IPv6 unique local', 'fd00:ec2::254'],
    ['IPv4 mapped into IPv6', '::ffff:169.254.169.254'],
    ['the same in hexadecimal', '::ffff:a9fe:a9fe'],
    ['NAT64 of a private address', '64:ff9b::a00:1'],
    ['6to4 of a private address', '2002:a00:1::'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('refuses %s', (_, address) => {
    expect(mayFetchFrom(address, [], PRODUCTION)).toBe(false);
  });

  it.each(['95.216.1.1', '2a01:4f9::1', '::ffff:95.216.1.1'])('takes the public %s', (address) => {
    expect(mayFetchFrom(address, [], PRODUCTION)).toBe(true);
  });

  it('takes private addresses inside permitted ranges, and none beside them', () => {
    const permitted = ranges('10.1.0.0/16', 'fd00::/8', '192.168.7.7');
    expect(mayFetchFrom('10.1.200.3', permitted, PRODUCTION)).toBe(true);
    expect(mayFetchFrom('::ffff:10.1.200.3', permitted, PRODUCTION)).toBe(true);
    expect(mayFetchFrom('fd12::1', permitted, PRODUCTION)).toBe(true);
    expect(mayFetchFrom('192.168.7.7', permitted, PRODUCTION)).toBe(true);
    expect(mayFetchFrom('10.2.0.1', permitted, PRODUCTION)).toBe(false);
    expect(mayFetchFrom('192.168.7.8', permitted, PRODUCTION)).toBe(false);
  });

  it('refuses every address of a private range, in either coat', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (a, b, c) => {
        expect(mayFetchFrom(`10.${a}.${b}.${c}`, [], PRODUCTION)).toBe(false);
        expect(mayFetchFrom(`::ffff:10.${a}.${b}.${c}`, [], PRODUCTION)).toBe(false);
      }),
    );
  });

  it('refuses public addresses too where only the lab may be reached', () => {
    expect(mayFetchFrom('95.216.1.1', [], { UNDE_ONLY_LAB: '1' })).toBe(false);
    expect(mayFetchFrom('10.1.0.1', ranges('10.0.0.0/8'), { UNDE_ONLY_LAB: '1' })).toBe(false);
    expect(mayFetchFrom('198.18.0.1', ranges('198.18.0.0/15'), { UNDE_ONLY_LAB: '1' })).toBe(true);
  });
});

describe('parseRange', () => {
  it.each(['', 'localhost', '10.1', '10.0.0.0/33', '10.0.0.256', '0x7f000001', '2130706433'])(
    'refuses "%s"',
    (text) => {
      expect(parseRange(text)).toBeUndefined();
    },
  );
});
