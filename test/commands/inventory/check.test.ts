import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import InventoryCheck from '../../../src/commands/inventory/check.ts';
import { SOUND_FLEET } from '../../lib/inventory/fleet-fixture.ts';
import { capturedRun } from './captured-run.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-check-'));
  file = path.join(folder, 'inventory.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('unde inventory check', () => {
  it('finds the errors of the inventory that ships, and ends with the code for unhealthy', async () => {
    const run = await capturedRun(InventoryCheck, '--json');
    expect(run.exitCode).toBe(10);
    expect(run.json()).toMatchObject({
      errors: 3,
      findings: expect.arrayContaining([
        expect.objectContaining({
          code: 'ADDRESS_CLAIMED',
          severity: 'error',
          where: expect.stringMatching(/inventory\.yaml:\d+$/),
          hint: expect.stringContaining('colocated_with'),
        }),
      ]),
    });
  });

  it('ends with 0 where there are only warnings', async () => {
    writeFileSync(file, SOUND_FLEET.replace('type: CX23 }\n', 'type: CPX22 }\n'));
    const { stdout, exitCode } = await capturedRun(InventoryCheck, '--inventory', file);
    expect(stdout).toContain('CLAIM_CONTRADICTED');
    expect(stdout).toMatch(/0 errors, \d+ warnings?/);
    expect(exitCode).toBe(0);
  });

  it('reports a broken file with all its errors, and ends with the code for config', async () => {
    writeFileSync(file, SOUND_FLEET.replace('status: create', 'status: maybe').replace('id: H1', 'id: 7'));
    const { stderr, exitCode } = await capturedRun(InventoryCheck, '--inventory', file);
    expect(stderr).toContain(
      `${file}:10:49  sites.local.hosts.app.status must be running, deployed or create`,
    );
    expect(stderr).toContain('sites.helsinki.hosts.gateway.id must be text');
    expect(exitCode).toBe(3);
  });
});
