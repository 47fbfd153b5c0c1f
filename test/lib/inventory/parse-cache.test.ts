import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CacheKey, recallParsed, rememberParsed } from '../../../src/lib/inventory/parse-cache.ts';
import { fleetWith, SOUND_FLEET } from './fleet-fixture.ts';

const KEY: CacheKey = {
  file: '/fleet/inventory.yaml',
  text: SOUND_FLEET,
  built: ['embedder'],
  code: 'chunk-AAAAAAAA.js',
};

let env: NodeJS.ProcessEnv;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-cache-'));
  env = { XDG_CACHE_HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('recallParsed', () => {
  it('gives back exactly what was remembered', () => {
    rememberParsed(KEY, fleetWith(), env);
    expect(recallParsed(KEY, env)).toEqual(fleetWith());
  });

  it.each([
    ['text', { text: `${SOUND_FLEET}\n` }],
    ['file', { file: '/other/inventory.yaml' }],
    ['set of built services', { built: [] }],
    ['build', { code: 'chunk-BBBBBBBB.js' }],
  ])('forgets with another %s', (_, change) => {
    rememberParsed(KEY, fleetWith(), env);
    expect(recallParsed({ ...KEY, ...change }, env)).toBeUndefined();
  });

  it('knows nothing at first, nor from a broken file', () => {
    expect(recallParsed(KEY, env)).toBeUndefined();
    rememberParsed(KEY, fleetWith(), env);
    writeFileSync(path.join(folder, 'unde/inventory.json'), '{"key": ');
    expect(recallParsed(KEY, env)).toBeUndefined();
  });
});

describe('rememberParsed', () => {
  it('keeps one file, for the operator only', () => {
    rememberParsed(KEY, fleetWith(), env);
    rememberParsed({ ...KEY, code: 'chunk-BBBBBBBB.js' }, fleetWith(), env);
    expect(readdirSync(path.join(folder, 'unde'))).toEqual(['inventory.json']);
    expect(statSync(path.join(folder, 'unde/inventory.json')).mode & 0o777).toBe(0o600);
  });

  it('does not mind a cache folder that cannot be made', () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    expect(() => rememberParsed(KEY, fleetWith(), { XDG_CACHE_HOME: file })).not.toThrow();
    expect(existsSync(path.join(file, 'unde'))).toBe(false);
  });
});
