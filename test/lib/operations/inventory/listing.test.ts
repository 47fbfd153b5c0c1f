import { describe, expect, it } from 'vitest';
import { hostEntry, inventoryRow, legend } from '../../../../src/lib/operations/inventory/listing.ts';
import { fleetWith, hostOf } from '../../inventory/fleet-fixture.ts';

const isBuilt = (service: string) => service !== 'etcd';

describe('hostEntry', () => {
  it('tells what is placed, what of it is not built, and who else claims the address', () => {
    const inventory = fleetWith(['address: 10.1.0.4, status', 'address: 10.1.0.3, status']);
    expect(hostEntry(inventory, hostOf(inventory, 'vote-2'), isBuilt)).toEqual({
      id: 'H3',
      name: 'vote-2',
      site: 'helsinki',
      address: '10.1.0.3',
      status: 'running',
      phase: 1,
      services: ['etcd', 'node-exporter'],
      planned: ['etcd'],
      addressClaimedBy: ['broker'],
    });
  });
});

describe('hostRow and legend', () => {
  it('mark in text what colours alone would lose in a pipe, and explain the marks that occur', () => {
    const inventory = fleetWith(['address: 10.1.0.4, status', 'address: 10.1.0.3, status']);
    const entry = hostEntry(inventory, hostOf(inventory, 'vote-2'), isBuilt);
    expect(inventoryRow(entry)).toEqual([
      'H3',
      'vote-2',
      'helsinki',
      '10.1.0.3!',
      'running',
      '1',
      '(etcd) node-exporter',
    ]);
    expect(legend([entry])).toHaveLength(2);
    const sound = hostEntry(inventory, hostOf(inventory, 'app'), () => true);
    expect(legend([sound])).toEqual([]);
  });
});
