import { describe, expect, it } from 'vitest';
import { peersOf, possibleCopies } from '../../../../src/lib/operations/host/peers.ts';
import { roleOf } from '../../../../src/lib/operations/host/role.ts';
import { inTurn } from '../../../../src/lib/operations/host/turn-order.ts';
import { BUILT, FLEET, host, POSTGRES } from './fleet-fixture.ts';

const role = (name: string) => roleOf(host(name), FLEET, BUILT, POSTGRES.get(name as 'shard'));

describe('what a host is to others', () => {
  it.each([
    ['worker', 'ordinary'],
    ['vote-1', 'voter'],
    ['unnamed-1', 'voter'],
    ['shard-copy', 'replica'],
    ['shard', 'primary'],
    ['catalogue', 'primary'],
    ['gateway', 'way'],
    ['bastion', 'way'],
    ['watch', 'monitoring'],
  ])('%s: %s', (name, expected) => {
    expect(role(name)).toBe(expected);
  });

  it('is a primary where nobody says that it is a copy', () => {
    expect(roleOf(host('shard-copy'), FLEET, BUILT, undefined)).toBe('primary');
  });

  it('votes by the inventory alone, where the service is not built yet', () => {
    expect(roleOf(host('vote-1'), FLEET, [], undefined)).toBe('voter');
  });
});

describe('the order in which hosts are taken down', () => {
  it('begins with those that matter least, and ends with the one that sees the others', () => {
    const turns = FLEET.hosts.map((each) => ({ host: each, role: role(each.name) }));
    expect(inTurn(turns).map((turn) => turn.host.name)).toEqual([
      'app',
      'worker',
      'vote-1',
      'vote-2',
      'vote-3',
      'unnamed-1',
      'unnamed-2',
      'shard-copy',
      'shard',
      'catalogue',
      'gateway',
      'bastion',
      'watch',
    ]);
  });
});

describe('the hosts that must be well while another one is down', () => {
  const peers = (name: string, present = FLEET.hosts.map((each) => each.name), manifests = BUILT) =>
    peersOf(
      host(name),
      FLEET.hosts.filter((each) => present.includes(each.name)),
      FLEET,
      manifests,
      POSTGRES,
    ).map((peer) => `${peer.host.name}: ${peer.services.join()} (${peer.why})`);

  it('are the other members of its quorum, with what they vote by', () => {
    expect(peers('vote-2')).toEqual([
      'vote-1: votes (votes with vote-2 in the quorum etcd)',
      'vote-3: votes (votes with vote-2 in the quorum etcd)',
    ]);
  });

  it('are those that there are: a lab may have booted few', () => {
    expect(peers('vote-2', ['vote-2', 'vote-3'])).toEqual([
      'vote-3: votes (votes with vote-2 in the quorum etcd)',
    ]);
  });

  it('must at least answer, where what they vote by is not built yet', () => {
    expect(peers('vote-2', undefined, [])).toHaveLength(2);
  });

  it('are found without the inventory naming a quorum', () => {
    expect(peers('unnamed-1')).toEqual(['unnamed-2: ballots (votes with unnamed-1 in ballots)']);
  });

  it('are a primary’s copy, and a copy’s primary, but no other database', () => {
    expect(peers('shard')).toEqual(['shard-copy: database (holds the same database as shard)']);
    expect(peers('shard-copy')).toEqual(['shard: database (holds the same database as shard-copy)']);
    expect(peers('catalogue')).toEqual([]);
  });

  it('are nobody for an ordinary host', () => {
    expect(peers('worker')).toEqual([]);
    expect(peers('watch')).toEqual([]);
  });
});

describe('the hosts that may hold the same database', () => {
  it('share a group and the service', () => {
    const copies = possibleCopies(host('shard'), FLEET.hosts, FLEET, BUILT).map(({ name }) => name);
    expect(copies).toEqual(['shard-copy', 'catalogue']);
    expect(possibleCopies(host('worker'), FLEET.hosts, FLEET, BUILT)).toEqual([]);
  });
});
