import { describe, expect, it } from 'vitest';
import {
  besideTheFleet,
  networkIn,
  operatorRanges,
  tunnelEnds,
} from '../../../../src/lib/desired/network/addresses.ts';
import { networkScope } from './network-scope.ts';

const production = networkScope('firewall', 'db');
const lab = networkScope('firewall', 'db', { context: 'lab' });

describe('addresses of the network', () => {
  it('are the inventory’s in production, and mapped in a lab', () => {
    expect(networkIn(production, '10.2.0.0/24')).toBe('10.2.0.0/24');
    expect(networkIn(lab, '10.1.0.0/16')).toBe('198.18.0.0/16');
    expect(networkIn(lab, '10.2.0.0/24')).toBe('198.19.0.0/24');
    expect(networkIn(lab, '10.3.7.0/24')).toBe('198.19.135.0/24');
    expect(networkIn(lab, '203.0.113.0/24')).toBe('203.0.113.0/24');
    // Shorter than a site: nothing of a lab's would be left out of it.
    expect(networkIn(lab, '10.1.0.0/8')).toBe('10.1.0.0/8');
  });

  it('of tunnels are mapped with their prefixes', () => {
    const [tunnel] = lab.inventory.tunnels;
    if (tunnel === undefined) throw new Error('the fixture has no tunnel');
    expect(tunnelEnds(production, tunnel)).toEqual({ local: '10.3.0.1/32', helsinki: '10.3.0.100/32' });
    expect(tunnelEnds(lab, tunnel)).toEqual({ local: '198.19.128.1/32', helsinki: '198.19.128.100/32' });
  });

  it('of operators outside the fleet are the lab’s operator, and those inside stay inside', () => {
    const written = ['203.0.113.0/24', '198.51.100.7', '10.2.0.0/24'];
    expect(operatorRanges(production, written)).toEqual(written);
    expect(operatorRanges(lab, written)).toEqual(['198.18.240.1', '198.19.0.0/24']);
    expect(operatorRanges(lab, [])).toEqual([]);
  });

  it('of the lab’s own machines stay off the tunnels', () => {
    expect(besideTheFleet(production)).toEqual([]);
    expect(besideTheFleet(lab)).toEqual(['198.18.240.1', '198.18.240.2', '198.18.240.3']);
  });
});
