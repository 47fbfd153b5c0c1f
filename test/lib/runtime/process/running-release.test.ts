import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryDirectory, runningRelease } from '../../../../src/lib/runtime/process/running-release.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'unde-release-'));
  const release = path.join(root, 'releases/embedder/0123abcd');
  await mkdir(release, { recursive: true });
  await writeFile(path.join(release, 'main.js'), '');
  await mkdir(path.join(root, 'services/embedder'), { recursive: true });
  await symlink(release, path.join(root, 'services/embedder/current'));
});
afterAll(() => rm(root, { recursive: true }));

describe('runningRelease', () => {
  it('is the release that the current link led to', () => {
    const entry = path.join(root, 'services/embedder/current/main.js');
    expect(runningRelease(entry)).toBe('0123abcd');
    expect(entryDirectory(entry)).toMatch(/releases\/embedder\/0123abcd$/);
  });

  it('is dev elsewhere', () => {
    expect(runningRelease(import.meta.filename)).toBe('dev');
    expect(runningRelease('/nowhere/main.js')).toBe('dev');
    expect(runningRelease(undefined)).toBe('dev');
  });
});
