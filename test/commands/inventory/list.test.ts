import { describe, expect, it } from 'vitest';
import InventoryList from '../../../src/commands/inventory/list.ts';
import { capturedRun } from './captured-run.ts';

describe('unde inventory list', () => {
  it('prints a row a host, and what the marks mean', async () => {
    const { stdout, exitCode } = await capturedRun(InventoryList);
    expect(stdout).toMatch(
      /^H20 +embedder +helsinki +10\.1\.0\.15! +create +1 +embedder (\S+ )*node-exporter/m,
    );
    expect(stdout).toContain('address!  claimed by another host too');
    expect(stdout.split('\n').filter((line) => /^[LH]\d/.test(line))).toHaveLength(30);
    expect(exitCode).toBe(0);
  });

  it('prints data with --json, and nothing else', async () => {
    const run = await capturedRun(InventoryList, 'redis', '--json');
    expect(run.json()).toMatchObject({
      hosts: [
        {
          name: 'local-redis',
          site: 'local',
          address: '10.2.0.4',
          services: expect.arrayContaining(['redis']),
        },
        { name: 'push', site: 'helsinki', address: '10.1.0.4' },
      ],
    });
  });

  it('refuses a name that nothing has, with exit class usage', async () => {
    const { stderr, exitCode } = await capturedRun(InventoryList, 'embeder');
    expect(stderr).toContain('UNKNOWN_NAME');
    expect(stderr).toContain('did you mean embedder?');
    expect(exitCode).toBe(2);
  });
});
