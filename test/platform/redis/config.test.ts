import { describe, expect, it } from 'vitest';
import { renderConfig } from '../../../src/platform/redis/config.ts';

const lines = (role: 'broker' | 'cache', appendfsync = 'everysec') =>
  renderConfig({ role, address: '198.18.0.4', appendfsync }).split('\n');

describe('renderConfig', () => {
  it("listens on the host's address and on loopback, nowhere else", () => {
    expect(lines('cache').filter((line) => line.startsWith('bind'))).toEqual(['bind 127.0.0.1 198.18.0.4']);
  });

  it('has a broker log every write and evict nothing', () => {
    expect(lines('broker')).toEqual(
      expect.arrayContaining(['appendonly yes', 'appendfsync everysec', 'maxmemory-policy noeviction']),
    );
    expect(lines('broker', 'always')).toContain('appendfsync always');
  });

  it('has a cache keep nothing, and evict only what has a time to live', () => {
    expect(lines('cache')).toEqual(
      expect.arrayContaining(['appendonly no', 'save ""', 'maxmemory-policy volatile-lru']),
    );
    expect(lines('cache').join()).not.toContain('appendfsync');
  });

  it('refuses a word that Redis would not understand', () => {
    expect(() => lines('broker', 'sometimes')).toThrow(
      'takes appendfsync everysec or always, not "sometimes"',
    );
  });
});
