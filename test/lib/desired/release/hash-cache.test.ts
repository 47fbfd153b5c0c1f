import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/lib/common/text/digest.ts';
import { HashCache } from '../../../../src/lib/desired/release/hash-cache.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-hashes-'));
  file = path.join(folder, 'model');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function digest(): Promise<string> {
  const cache = new HashCache(path.join(folder, 'cache'));
  const { sha256: found } = await cache.digest(file);
  await cache.save();
  return found;
}

describe('HashCache', () => {
  it('sees a change of the same length that hides behind the old time', async () => {
    const then = new Date('2026-01-01');
    writeFileSync(file, 'one');
    utimesSync(file, then, then);
    expect(await digest()).toBe(sha256('one'));
    writeFileSync(file, 'two');
    utimesSync(file, then, then);
    expect(await digest()).toBe(sha256('two'));
  });

  it('remembers between commands', async () => {
    writeFileSync(file, 'one');
    await digest();
    const known = path.join(folder, 'cache', 'hashes.json');
    const entries = {
      ...(JSON.parse(await text(known)) as Record<string, { stamp: string; sha256: string }>),
    };
    const entry = entries[file];
    if (entry === undefined) throw new Error('nothing was remembered');
    writeFileSync(known, JSON.stringify({ [file]: { ...entry, sha256: 'remembered' } }));
    expect(await digest()).toBe('remembered');
  });

  it('takes a damaged cache for an empty one', async () => {
    writeFileSync(file, 'one');
    await digest();
    writeFileSync(path.join(folder, 'cache', 'hashes.json'), '{"half');
    expect(await digest()).toBe(sha256('one'));
  });
});

async function text(name: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(name, 'utf8');
}
