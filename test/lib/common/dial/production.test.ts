import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadInventory } from '../../../../src/lib/inventory/load.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-production-'));
const inventory = path.join(folder, 'inventory.yaml');
copyFileSync(path.join(root, 'inventory.yaml'), inventory);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command from source in the production context, with nothing but the guard between it and the fleet. */
function production(command: string, ...args: string[]) {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      path.join(root, 'test/lab/run-command.ts'),
      command,
      ...args,
      '--context',
      'production',
      '--inventory',
      inventory,
    ],
    { encoding: 'utf8', env: { ...process.env, UNDE_ONLY_LAB: '1', NO_COLOR: '1' } },
  );
  return { code: status, stderr, stdout };
}

describe('the production context in a test', () => {
  it('is refused by deploy, by name and before a packet, even with every key pinned', async () => {
    const { hosts } = await loadInventory(inventory);
    // A pinned key, so that the address is the first thing that is wrong.
    const pins = hosts.map(({ address }) => `${address} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n`);
    writeFileSync(path.join(folder, 'known_hosts'), pins.join(''));
    const deploy = production('deploy', 'node-exporter+host:scraper', '--yes');
    expect(deploy.stderr).toContain('OUTSIDE_LAB');
    expect(deploy.code).toBe(4);
    const exec = production('exec', 'host:scraper', '--yes', 'true');
    expect(exec.stderr).toContain('refused to connect to 10.');
  });

  it('asks nobody for a host key: an unpinned one is refused first', () => {
    writeFileSync(path.join(folder, 'known_hosts'), '');
    const deploy = production('deploy', 'node-exporter+host:scraper', '--yes');
    expect(deploy.stderr).toContain('HOST_KEY_UNKNOWN');
    expect(deploy.code).toBe(4);
  });
});
