import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkCapacity', () => {
  it('finds huge pages that do not fit the memory', () => {
    const [finding] = findingsWith(['huge_pages: 4400', 'huge_pages: 17000']);
    expect(finding).toMatchObject({ code: 'HUGE_PAGES_EXCEED_RAM', severity: 'error' });
    expect(finding?.message).toBe('17000 huge pages of 2 MB are 33.2 GB, and shard has 32 GB');
  });

  it('finds a host larger than can be had at its site', () => {
    expect(codesWith(['vcpu: 16, ram_gb: 32, huge_pages', 'vcpu: 16, ram_gb: 64, huge_pages'])).toEqual([
      'HOST_TOO_LARGE',
    ]);
    expect(codesWith(['vcpu: 16, ram_gb: 32, huge_pages', 'vcpu: 17, ram_gb: 32, huge_pages'])).toEqual([
      'HOST_TOO_LARGE',
    ]);
  });

  it('finds a stage with too few shards for its users, and says how many it takes', () => {
    const [finding] = findingsWith(['shards: 1, users: 800', 'shards: 16, users: 20000']);
    expect(finding).toMatchObject({ code: 'SHARDS_TOO_FEW', severity: 'warning' });
    expect(finding?.message).toBe('stage start: 16 shards × 800 users carry 12800, not 20000');
    expect(finding?.hint).toContain('plan 25 shards');
  });

  it('is content with just enough shards', () => {
    expect(codesWith(['shards: 1, users: 800', 'shards: 25, users: 20000'])).toEqual([]);
  });
});
