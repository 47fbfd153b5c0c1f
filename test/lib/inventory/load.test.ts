import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildName, findInventory, loadInventory } from '../../../src/lib/inventory/load.ts';
import { SOUND_FLEET } from './fleet-fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-load-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('findInventory', () => {
  it('takes the named file first, then UNDE_INVENTORY', () => {
    const env = { UNDE_INVENTORY: '/elsewhere/fleet.yaml' };
    expect(findInventory('mine.yaml', env, folder)).toBe(path.join(folder, 'mine.yaml'));
    expect(findInventory(undefined, env, folder)).toBe('/elsewhere/fleet.yaml');
  });

  it('looks in the working folder and above it', () => {
    const below = path.join(folder, 'a/b');
    mkdirSync(below, { recursive: true });
    writeFileSync(path.join(folder, 'inventory.yaml'), SOUND_FLEET);
    expect(findInventory(undefined, {}, below)).toBe(path.join(folder, 'inventory.yaml'));
  });

  it("falls back to a checkout's own", () => {
    expect(findInventory(undefined, {}, folder)).toBe(
      path.resolve(import.meta.dirname, '../../../inventory.yaml'),
    );
  });

  it('takes the one of the folder that the package is installed in, never the example in the package', () => {
    const code = path.join(folder, 'fleet/node_modules/unde/dist');
    const elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(code, { recursive: true });
    writeFileSync(path.join(code, '../inventory.yaml'), SOUND_FLEET);
    expect(findInventory(undefined, {}, elsewhere, code)).toBe(path.join(elsewhere, 'inventory.yaml'));
    writeFileSync(path.join(folder, 'fleet/inventory.yaml'), SOUND_FLEET);
    expect(findInventory(undefined, {}, elsewhere, code)).toBe(path.join(folder, 'fleet/inventory.yaml'));
  });
});

describe('loadInventory', () => {
  it('loads a file', async () => {
    const file = path.join(folder, 'fleet.yaml');
    writeFileSync(file, SOUND_FLEET);
    expect(await loadInventory(file, {})).toMatchObject({ file, timeZone: 'UTC' });
  });

  it('says which file is missing, and how to name another', async () => {
    await expect(loadInventory(path.join(folder, 'none.yaml'), {})).rejects.toMatchObject({
      code: 'NO_INVENTORY',
      exit: 'config',
      where: { file: path.join(folder, 'none.yaml') },
      hint: 'name one with --inventory FILE or UNDE_INVENTORY',
    });
  });
});

describe('buildName', () => {
  it('is the hashed name of a chunk, and nothing for code run from source', () => {
    expect(buildName('file:///opt/unde/dist/chunk-QIONER43.js')).toBe('chunk-QIONER43.js');
    expect(buildName('file:///src/lib/inventory/load.ts')).toBeUndefined();
    expect(buildName('file:///opt/unde/dist/commands/inventory/list.js')).toBeUndefined();
  });
});
