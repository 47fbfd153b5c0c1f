import { describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/lib/inventory/load.ts';
import { layersOf, mergeState, type LabRequest } from '../../../src/lib/lab/request.ts';

const inventory = await loadInventory();
const hosts = (...names: string[]) => inventory.hosts.filter((host) => names.includes(host.name));
const request = (change: Partial<LabRequest> = {}): LabRequest => ({
  name: 'default',
  inventory,
  hosts: hosts('push'),
  bare: false,
  mirror: false,
  objects: false,
  wanDelayMs: undefined,
  ...change,
});

describe('mergeState', () => {
  it('adds hosts to those that the lab has, which stay as they are', () => {
    const first = mergeState(undefined, request({ bare: true, mirror: true, wanDelayMs: 120 }));
    const second = mergeState(first, request({ hosts: hosts('push', 'local-redis') }));
    expect(second.hosts.map(({ name, bare, role }) => ({ name, bare, role }))).toEqual([
      { name: 'push', bare: true, role: 'fleet' },
      { name: 'lab-mirror', bare: false, role: 'mirror' },
      { name: 'local-redis', bare: false, role: 'fleet' },
    ]);
    expect(second.wanDelayMs).toBe(120);
    expect(mergeState(second, request({ wanDelayMs: 0 })).wanDelayMs).toBe(0);
  });

  it('refuses a machine that the inventory has moved since', () => {
    const before = mergeState(undefined, request());
    const moved = inventory.hosts.map((host) =>
      host.name === 'push' ? { ...host, address: '10.1.0.99' } : host,
    );
    const changed = request({
      inventory: { ...inventory, hosts: moved },
      hosts: moved.filter(({ name }) => name === 'push'),
    });
    expect(() => mergeState(before, changed)).toThrow(
      expect.objectContaining({ code: 'LAB_CHANGED', exit: 'refused' }),
    );
  });

  it('puts the operator into the core’s site', () => {
    expect(mergeState(undefined, request()).operator).toEqual({ address: '198.18.240.1', site: 'helsinki' });
  });

  it('refuses an inventory with a third site', () => {
    const sites = [...inventory.sites, { name: 'moon', network: '10.9.0.0/24', note: '' }];
    expect(() => mergeState(undefined, request({ inventory: { ...inventory, sites } }))).toThrow(
      expect.objectContaining({ code: 'LAB_SITES', exit: 'config' }),
    );
  });
});

describe('layersOf', () => {
  it('asks only for the images that the machines need', () => {
    expect(layersOf(mergeState(undefined, request()).hosts)).toEqual(['base', 'full']);
    expect(layersOf(mergeState(undefined, request({ bare: true })).hosts)).toEqual(['base']);
    expect(layersOf(mergeState(undefined, request({ bare: true, mirror: true })).hosts).sort()).toEqual([
      'base',
      'full',
      'mirror',
    ]);
    expect(layersOf(mergeState(undefined, request({ objects: true })).hosts)).toContain('objects');
  });
});
