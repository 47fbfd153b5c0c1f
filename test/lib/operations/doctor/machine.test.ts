import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCacheRoom, checkNode } from '../../../../src/lib/operations/doctor/machine.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'unde-machine-'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('checkNode', () => {
  it('compares the Node that runs with the one that the package pins', () => {
    expect(checkNode(root)).toMatchObject({ verdict: 'fail', hint: `npm ci --prefix ${root}` });
    mkdirSync(path.join(root, 'node_modules/node'), { recursive: true });
    writeFileSync(path.join(root, 'node_modules/node/package.json'), '{"version":"24.1.0"}');
    expect(checkNode(root, '/usr/bin/node', '24.1.0')).toMatchObject({ verdict: 'ok' });
    expect(checkNode(root, '/usr/bin/node', '20.0.0')).toMatchObject({
      verdict: 'warn',
      message: '20.0.0 from /usr/bin/node; the package pins 24.1.0',
    });
  });
});

describe('checkCacheRoom', () => {
  it('looks at the folder that is there', async () => {
    const check = await checkCacheRoom(path.join(root, 'not/there/yet'));
    expect(check.name).toBe('cache');
    expect(check.message).toMatch(/^[\d.]+[GM] free for built releases in /);
  });
});
