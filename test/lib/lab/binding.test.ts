import { describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/lib/inventory/load.ts';
import { inventoryDigest, staleReasons } from '../../../src/lib/lab/binding.ts';

const inventory = await loadInventory();
const [first, ...rest] = inventory.hosts;
if (first === undefined) throw new Error('the inventory has no host');

describe('inventoryDigest', () => {
  const digest = inventoryDigest(inventory);
  const withFirst = (change: Partial<typeof first>) =>
    inventoryDigest({ ...inventory, hosts: [{ ...first, ...change }, ...rest] });

  it('changes with what machines have of the inventory', () => {
    expect(withFirst({ address: '10.1.0.199' })).not.toBe(digest);
    expect(withFirst({ name: 'renamed' })).not.toBe(digest);
    expect(inventoryDigest({ ...inventory, hosts: rest })).not.toBe(digest);
    expect(inventoryDigest({ ...inventory, tunnels: inventory.tunnels.slice(1) })).not.toBe(digest);
  });

  it('stays with what a deploy brings', () => {
    expect(withFirst({})).toBe(digest);
    expect(withFirst({ services: [] })).toBe(digest);
  });
});

describe('staleReasons', () => {
  const binding = { inventory: 'i1', image: ['base-1:a', 'full-1:b'], key: 'k1' };

  it('finds none where nothing has changed, whether the key is asked about or not', () => {
    expect(staleReasons(binding, { inventory: 'i1', image: binding.image })).toEqual([]);
    expect(staleReasons(binding, { ...binding, key: 'k1' })).toEqual([]);
  });

  it('names each that has changed', () => {
    expect(staleReasons(binding, { inventory: 'i2', image: ['base-1:a', 'full-1:c'], key: 'k2' })).toEqual([
      'the inventory has other sites, hosts or addresses since',
      'it was made over another image, full-1:b',
      'it was saved with the key "k1", not with "k2": other releases are deployed in it',
    ]);
  });

  it('takes one that was saved without a key for another than any that is asked for', () => {
    expect(staleReasons({ ...binding, key: null }, { ...binding, key: 'k1' })).toEqual([
      expect.stringContaining('saved without a key, not with "k1"'),
    ]);
  });
});
