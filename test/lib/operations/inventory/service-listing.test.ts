import { describe, expect, it } from 'vitest';
import { listServices, serviceRow } from '../../../../src/lib/operations/inventory/service-listing.ts';
import { fleetWith, MANIFESTS } from '../../inventory/fleet-fixture.ts';

const inventory = fleetWith();

describe('listServices', () => {
  it('lists what is built, then what is planned, with where each is placed', () => {
    const services = listServices(inventory, MANIFESTS);
    expect(services.map(({ name, kind, port }) => [name, kind, port])).toEqual([
      ['embedder', 'ours', 8003],
      ['node-exporter', 'platform', 9100],
      ['web', 'planned', 443],
      ['redis', 'planned', 6379],
      ['etcd', 'planned', 2379],
      ['wireguard', 'planned', 51820],
    ]);
    expect(services.find(({ name }) => name === 'redis')).toMatchObject({
      built: false,
      hosts: ['cache', 'broker'],
    });
  });
});

describe('serviceRow', () => {
  it('names few hosts, and counts many', () => {
    const rows = listServices(inventory, MANIFESTS).map((entry) => serviceRow(entry, inventory.hosts.length));
    expect(rows.map((row) => row[3])).toEqual([
      'embedder',
      'every host',
      'app',
      'cache broker',
      'vote-1 vote-2 vote-3',
      '5 hosts',
    ]);
  });
});
