import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeModuleFiles } from '../../../../src/lib/desired/release/native-modules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-native-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes an npm package of two files. */
function install(place: string, dependencies: Readonly<Record<string, string>> = {}): void {
  const directory = path.join(folder, place);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ dependencies }));
  writeFileSync(path.join(directory, 'binding.node'), place);
}

async function places(from: string): Promise<string[]> {
  const files = await nativeModuleFiles(['image'], path.join(folder, from));
  return files.map((file) => file.path).filter((file) => file.endsWith('.node'));
}

const WANTED = ['node_modules/image/binding.node', 'node_modules/colour/binding.node'];

describe('nativeModuleFiles', () => {
  it('finds them in a checkout', async () => {
    install('unde/node_modules/image', { colour: '1' });
    install('unde/node_modules/colour');
    expect(await places('unde')).toEqual(WANTED);
  });

  it('puts them in the same places where npm has installed them beside the package', async () => {
    install('fleet/node_modules/image', { colour: '1' });
    install('fleet/node_modules/colour');
    expect(await places('fleet/node_modules/unde')).toEqual(WANTED);
  });

  it('puts them in the same places where npm has installed them below the package, or both', async () => {
    install('lib/node_modules/unde/node_modules/image', { colour: '1' });
    install('lib/node_modules/colour');
    expect(await places('lib/node_modules/unde')).toEqual(WANTED);
  });

  it('keeps a package that only another one sees below that one', async () => {
    install('lib/node_modules/unde/node_modules/image', { colour: '1' });
    install('lib/node_modules/unde/node_modules/image/node_modules/colour');
    expect(await places('lib/node_modules/unde')).toEqual([
      'node_modules/image/binding.node',
      'node_modules/image/node_modules/colour/binding.node',
    ]);
  });

  it('says which package is missing', async () => {
    await expect(places('unde')).rejects.toMatchObject({ code: 'MISSING_PACKAGE', exit: 'config' });
  });
});
