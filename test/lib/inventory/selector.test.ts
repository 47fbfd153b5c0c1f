import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UndeError } from '../../../src/lib/common/error/unde-error.ts';
import type { InventoryFile } from '../../../src/lib/inventory/inventory.ts';
import { selectHosts, selectPlacements } from '../../../src/lib/inventory/selector.ts';
import { fleetWith } from './fleet-fixture.ts';

const fleet = fleetWith();

function placements(selector: string, inventory: InventoryFile = fleet): string[] {
  return selectPlacements(inventory, selector).map(({ host, service }) => `${host.name}/${service}`);
}

function hosts(selector: string, inventory: InventoryFile = fleet): string[] {
  return selectHosts(inventory, selector).hosts.map(({ name }) => name);
}

function errorOf(selector: string): UndeError {
  try {
    selectPlacements(fleet, selector);
  } catch (error) {
    return error as UndeError;
  }
  throw new Error(`${selector} selected something`);
}

describe('selectPlacements', () => {
  it('takes a service for itself wherever it is placed, and nothing else on its hosts', () => {
    expect(placements('redis')).toEqual(['cache/redis', 'broker/redis']);
  });

  it('takes a bare name that is a service and a host for the service', () => {
    expect(placements('embedder')).toEqual(['embedder/embedder']);
    expect(placements('service:embedder')).toEqual(['embedder/embedder']);
    expect(placements('host:embedder')).toEqual(['embedder/embedder', 'embedder/node-exporter']);
  });

  it('takes a bare name that is a service and a group for the service', () => {
    const inventory = fleetWith(['groups:\n', 'groups:\n  etcd: [app]\n']);
    expect(placements('etcd', inventory)).toEqual(['vote-1/etcd', 'vote-2/etcd', 'vote-3/etcd']);
    expect(placements('group:etcd', inventory)).toEqual(['app/web', 'app/wireguard', 'app/node-exporter']);
  });

  it('takes a host, group, site, phase or status for every service there', () => {
    expect(placements('cache')).toEqual(['cache/redis', 'cache/wireguard', 'cache/node-exporter']);
    expect(hosts('votes')).toEqual(['vote-1', 'vote-2', 'vote-3']);
    expect(hosts('@helsinki')).toEqual(['gateway', 'broker', 'vote-2', 'embedder']);
    expect(hosts('site:witness')).toEqual(['vote-3']);
    expect(hosts('phase:2')).toEqual(['app', 'cache', 'vote-1', 'shard']);
    expect(hosts('status:running')).toEqual(['broker', 'vote-2']);
    expect(hosts('all')).toHaveLength(9);
  });

  it('joins with a comma, each once, in the order of the inventory', () => {
    expect(hosts('broker, app,broker')).toEqual(['app', 'broker']);
    expect(placements('redis,cache')).toEqual([
      'cache/redis',
      'cache/wireguard',
      'cache/node-exporter',
      'broker/redis',
    ]);
  });

  it('narrows with a plus', () => {
    expect(placements('redis+@local')).toEqual(['cache/redis']);
    expect(placements('@local+!node-exporter+app')).toEqual(['app/web', 'app/wireguard']);
  });

  it('binds a plus closer than a comma', () => {
    expect(placements('redis+@local,embedder')).toEqual(['cache/redis', 'embedder/embedder']);
  });

  it('takes away with !, wherever it stands', () => {
    expect(hosts('!broker,@helsinki')).toEqual(['gateway', 'vote-2', 'embedder']);
    expect(placements('cache,!node-exporter')).toEqual(['cache/redis', 'cache/wireguard']);
  });

  it('takes away both the service and the host of a name, but only the kind that is named', () => {
    expect(hosts('@helsinki,!embedder')).toEqual(['gateway', 'broker', 'vote-2']);
    expect(placements('host:embedder,!service:embedder')).toEqual(['embedder/node-exporter']);
  });

  it('understands patterns, for hosts unless told otherwise', () => {
    expect(hosts('vote-*')).toEqual(['vote-1', 'vote-2', 'vote-3']);
    expect(placements('service:*-exporter')).toHaveLength(9);
    expect(hosts('@*')).toHaveLength(9);
    // A dot of a pattern would be a character of its own.
    expect(errorOf('v.te*').code).toBe('BAD_SELECTOR');
  });

  it.each([
    ['embeder', 'UNKNOWN_NAME', 'did you mean embedder?'],
    ['local', 'UNKNOWN_NAME', 'a site is written with @: @local'],
    ['@locl', 'UNKNOWN_NAME', 'did you mean local?'],
    ['group:vote', 'UNKNOWN_NAME', 'did you mean votes?'],
    ['phase:7', 'UNKNOWN_NAME', 'there are: 2, 1'],
    ['all,!embeder', 'UNKNOWN_NAME', 'did you mean embedder?'],
    ['xyz-*', 'UNKNOWN_NAME', 'see what there is: unde inventory list'],
    ['', 'BAD_SELECTOR', 'for example: embedder'],
    ['a,,b', 'BAD_SELECTOR', 'for example: embedder'],
    ['!broker', 'BAD_SELECTOR', "say from what: 'all,!broker'"],
    ['!broker+!app', 'BAD_SELECTOR', 'say from what: all+!broker+!app'],
    ['zone:x', 'BAD_SELECTOR', 'kinds are: service, host, group, site, phase, status'],
    ['embedder+@local', 'EMPTY_SELECTION', 'see what is where: unde inventory list'],
    ['broker,!broker', 'EMPTY_SELECTION', 'see what is where: unde inventory list'],
  ])('refuses %j', (selector, code, hint) => {
    expect(errorOf(selector)).toMatchObject({ code, exit: 'usage' });
    expect(errorOf(selector).hint).toContain(hint);
  });

  it('knows an older name, and says what has it now, without selecting that', () => {
    const inventory = fleetWith(['task: router,', 'task: router, also: [old-app],']);
    expect(() => selectHosts(inventory, 'old-app')).toThrow(/no service, host or group .* "old-app"/);
  });

  it('selects a host without services, but finds nothing to deploy there', () => {
    const inventory = fleetWith(['everywhere: [node-exporter]\n', ''], ['    everywhere: [wireguard]\n', '']);
    expect(hosts('shard', inventory)).toEqual(['shard']);
    expect(() => selectPlacements(inventory, 'shard')).toThrow(/where no service is placed/);
  });
});

describe('the grammar', () => {
  const names = fc.constantFrom(
    ...fleet.hosts.map(({ name }) => `host:${name}`),
    'redis',
    'etcd',
    'embedder',
    'node-exporter',
    'votes',
    '@local',
    '@helsinki',
    'phase:1',
    'all',
  );

  function found(selector: string): Set<string> {
    try {
      return new Set(placements(selector));
    } catch (error) {
      if ((error as UndeError).code === 'EMPTY_SELECTION') return new Set();
      throw error;
    }
  }

  it('makes a comma a union', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        expect(found(`${a},${b}`)).toEqual(new Set([...found(a), ...found(b)]));
      }),
    );
  });

  it('makes a plus an intersection', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const other = found(b);
        expect(found(`${a}+${b}`)).toEqual(new Set([...found(a)].filter((each) => other.has(each))));
      }),
    );
  });

  it('never selects what was taken away, nor more than was there', () => {
    fc.assert(
      fc.property(names, names, (a, b) => {
        const [all, away] = [found(a), found(b)];
        const rest = [...found(`${a},!${b}`)];
        expect(rest.filter((each) => away.has(each))).toEqual([]);
        expect(rest.every((each) => all.has(each))).toBe(true);
      }),
    );
  });

  it('does not depend on order or repetition', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 5 }), (terms) => {
        const selected = placements(terms.join(','));
        expect(placements(terms.toReversed().join(','))).toEqual(selected);
        expect(placements([...terms, ...terms].join(','))).toEqual(selected);
      }),
    );
  });

  it('answers any text with a selection or an error of the operator', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'all', 'embedder', 'host', ':', '@', '!', '+', ',', '*', '-', ' '),
        }),
        (text) => {
          try {
            expect(selectHosts(fleet, text).hosts.length).toBeGreaterThan(0);
          } catch (error) {
            expect(['BAD_SELECTOR', 'UNKNOWN_NAME', 'EMPTY_SELECTION']).toContain((error as UndeError).code);
          }
        },
      ),
    );
  });
});
