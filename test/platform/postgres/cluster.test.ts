import { describe, expect, it } from 'vitest';
import { clusterOf } from '../../../src/platform/postgres/cluster.ts';
import { manifest } from '../../../src/platform/postgres/manifest.ts';
import { inventory } from '../../lib/desired/scope/shipped-scope.ts';
import { testScope } from '../../lib/desired/scope/test-scope.ts';

function scope(host: string, settings: Record<string, string>, context?: 'lab') {
  return testScope({ inventory, host, manifest, settings, context });
}

describe('clusterOf', () => {
  it('takes the memory that the inventory says of the host', () => {
    expect(clusterOf(scope('production-db', { database: 'production' }))).toMatchObject({
      database: 'production',
      memory: 65_536,
    });
  });

  it('takes every machine of a lab for a small one, since they share one', () => {
    expect(clusterOf(scope('production-db', { database: 'production' }, 'lab')).memory).toBe(1024);
  });

  it('takes a machine for a small one of which nothing is known', () => {
    expect(clusterOf(scope('scraper', { database: 'staging' })).memory).toBe(1024);
  });

  it('does what it is told', () => {
    expect(
      clusterOf(scope('production-db', { database: 'production', memory_mb: '2048' }, 'lab')).memory,
    ).toBe(2048);
  });

  it('asks for the database where the inventory does not say', () => {
    expect(() => clusterOf(scope('scraper', { database: '' }))).toThrow(
      expect.objectContaining({
        code: 'NO_DATABASE',
        hint: 'under scraper: settings: { postgres: { database: production } }',
      }),
    );
    expect(() => clusterOf(scope('scraper', { database: 'stagin' }))).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_DATABASE', hint: 'did you mean staging?' }),
    );
  });
});
