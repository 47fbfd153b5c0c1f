import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'unde-launcher-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lays the launcher into a package, and what npm makes of it beside that: a link. */
function install(place: string): string {
  const bin = path.join(folder, place, 'bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(path.resolve(import.meta.dirname, '../bin/unde'), path.join(bin, 'unde'));
  const link = path.join(folder, 'link');
  symlinkSync(path.join(bin, 'unde'), link);
  return link;
}

/** A Node that only says which one it is, and what it was started with. */
function node(place: string): void {
  const file = path.join(folder, place, 'node/bin/node');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho ${place}: "$@"\n`, { mode: 0o755 });
}

const run = (file: string) => spawnSync(file, ['status', '--once'], { encoding: 'utf8' });

describe('bin/unde', () => {
  it('starts the Node of a checkout', () => {
    const link = install('unde');
    node('unde/node_modules');
    const started = `unde/node_modules: ${folder}/unde/bin/run.js status --once\n`;
    expect(run(link).stdout).toBe(started);
    expect(run(path.join(folder, 'unde/bin/unde')).stdout).toBe(started);
  });

  it('starts the Node that npm has installed beside the package, unless it has its own', () => {
    const link = install('fleet/node_modules/unde');
    node('fleet/node_modules');
    const code = `${folder}/fleet/node_modules/unde/bin/run.js`;
    expect(run(link).stdout).toBe(`fleet/node_modules: ${code} status --once\n`);
    node('fleet/node_modules/unde/node_modules');
    expect(run(link).stdout).toBe(`fleet/node_modules/unde/node_modules: ${code} status --once\n`);
  });

  it('says what to do where there is none', () => {
    expect(run(install('unde'))).toMatchObject({
      status: 1,
      stderr: `unde: the pinned Node is missing under ${folder}/unde; run npm ci there\n`,
    });
    rmSync(path.join(folder, 'link'));
    expect(run(install('fleet/node_modules/unde')).stderr).toContain(
      'with "allowScripts": {"node": true} in package.json; then: npm rebuild node',
    );
  });
});
