import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceManifest } from '../../../../src/lib/manifest/manifest.ts';
import { bundleService } from '../../../../src/lib/desired/release/bundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-bundle-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const manifest = { name: 'tiny', workers: [], nativeModules: [] } as unknown as ServiceManifest;

function source(mark: string, place = 'one') {
  const directory = path.join(folder, place, 'tiny');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'main.ts'), `console.log(${JSON.stringify(mark)} as string);\n`);
  return { manifest, directory };
}

async function code(of: ReturnType<typeof source>): Promise<string> {
  const files = await bundleService(of);
  return readFileSync(files.find((file) => file.path === 'main.js')?.source ?? '', 'utf8');
}

describe('bundleService', () => {
  it('builds again when the source changes, and not otherwise', async () => {
    const first = await bundleService(source('a'));
    expect(await bundleService({ manifest, directory: path.join(folder, 'one', 'tiny') })).toEqual(first);
    expect(await code(source('b'))).toContain('"b"');
  });

  it('leaves alone what another command is still sending', async () => {
    const files = await bundleService(source('a'));
    await bundleService(source('b'));
    for (const file of files) expect(readFileSync(file.source, 'utf8')).not.toContain('"b"');
    expect(await code(source('a', 'two'))).toContain('"a"');
    expect(await code(source('b'))).toContain('"b"');
  });

  it('builds side by side without harm', async () => {
    const of = source('a');
    const built = await Promise.all([1, 2, 3, 4].map(() => code(of)));
    expect(new Set(built).size).toBe(1);
  });

  it('says what does not build', async () => {
    const of = source('a');
    writeFileSync(path.join(of.directory, 'main.ts'), 'import "./nowhere.ts";\n');
    await expect(bundleService(of)).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      exit: 'config',
      details: expect.arrayContaining([expect.stringContaining('nowhere')]) as string[],
    });
  });
});
