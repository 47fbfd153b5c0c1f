import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContext } from '../../../../src/lib/common/context/context.ts';
import {
  checkAssets,
  checkHostKeys,
  checkInventoryFile,
} from '../../../../src/lib/operations/doctor/inventory.ts';
import type { Host, InventoryFile } from '../../../../src/lib/inventory/inventory.ts';
import { loadInventory } from '../../../../src/lib/inventory/load.ts';
import type { ServiceManifest } from '../../../../src/lib/manifest/manifest.ts';

let directory: string;
let shipped: InventoryFile;
const lab = parseContext('lab', '--context');
const production = parseContext('production', '--context');

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'unde-doctor-'));
  shipped = await loadInventory();
});
afterAll(() => rmSync(directory, { recursive: true }));

const host = (name: string, address: string, status: Host['status']) =>
  ({ name, address, status, ssh: { port: 22 } }) as Host;
const inventory = (hosts: Host[], assets: Record<string, string> = {}) =>
  ({
    ...shipped,
    file: path.join(directory, 'inventory.yaml'),
    hosts,
    services: { seer: { settings: {}, assets } },
  }) as InventoryFile;

describe('checkInventoryFile', () => {
  it('fails on errors of the inventory, but only warns in a lab, which maps addresses', () => {
    expect(checkInventoryFile(shipped, [], production)).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('ADDRESS_CLAIMED'),
      hint: 'unde inventory check',
    });
    expect(checkInventoryFile(shipped, [], lab).verdict).toBe('warn');
  });
});

describe('checkHostKeys', () => {
  it('lists the hosts whose key is not pinned, and excuses those still to be created', () => {
    writeFileSync(path.join(directory, 'known_hosts'), '10.0.0.1 ssh-ed25519 AAAA\n');
    const pinned = host('a', '10.0.0.1', 'running');
    expect(checkHostKeys(inventory([pinned]), true).verdict).toBe('ok');
    const check = checkHostKeys(
      inventory([pinned, host('b', '10.0.0.2', 'running'), host('c', '10.0.0.3', 'create')]),
      true,
    );
    expect(check).toMatchObject({
      verdict: 'fail',
      message: expect.stringMatching(/not pinned in .*: b; 1 that/),
    });
    expect(check.hint).toContain('unde host bootstrap b: it shows the key');
    expect(checkHostKeys(inventory([pinned, host('c', '10.0.0.3', 'create')]), true).verdict).toBe('warn');
  });
});

describe('checkAssets', () => {
  const manifest = {
    kind: 'service',
    name: 'seer',
    assets: [
      { name: 'model.onnx.none', key: 'model', purpose: 'its eyes' },
      { name: 'more', key: 'more', purpose: 'more', optional: true },
    ],
  } as unknown as ServiceManifest;

  it('says how large the file is, or that it is missing', () => {
    writeFileSync(path.join(directory, 'model.onnx'), Buffer.alloc(2048));
    expect(checkAssets(inventory([], { model: 'model.onnx' }), [manifest], production)).toEqual([
      expect.objectContaining({
        name: 'seer model',
        verdict: 'ok',
        message: expect.stringContaining('2.0K'),
      }),
    ]);
    expect(checkAssets(inventory([], { model: 'gone.onnx' }), [manifest], production)[0]).toMatchObject({
      verdict: 'fail',
    });
    expect(checkAssets(inventory([]), [manifest], undefined)[0]).toMatchObject({ verdict: 'warn' });
    expect(checkAssets(inventory([]), [manifest], lab)[0]?.hint).toContain('unde model generate');
  });
});
