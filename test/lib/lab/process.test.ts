import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withLock } from '../../../src/lib/lab/lock.ts';
import {
  formatIdentity,
  identify,
  isRunning,
  parentOf,
  readIdentity,
  run,
  systemPath,
} from '../../../src/lib/lab/process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'unde-process-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('a process identity', () => {
  it('is its own process’s, and nobody’s once that has ended', async () => {
    const child = spawn('sleep', ['600']);
    const identity = identify(child.pid as number);
    if (identity === undefined) throw new Error('the child is not seen');
    expect(isRunning(identity)).toBe(true);
    expect(isRunning({ ...identity, startTicks: identity.startTicks - 1 })).toBe(false);
    expect(parentOf(identity.pid)).toBe(process.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isRunning(identity)).toBe(false);
  });

  it('survives its file, and a torn file is nobody', async () => {
    const file = path.join(folder, 'pid');
    await writeFile(file, formatIdentity({ pid: 12, startTicks: 345 }));
    expect(await readIdentity(file)).toEqual({ pid: 12, startTicks: 345 });
    await writeFile(file, '12 34');
    expect(await readIdentity(file)).toBeUndefined();
    expect(await readIdentity(path.join(folder, 'none'))).toBeUndefined();
  });
});

describe('run', () => {
  it('returns the output, and tells a failure with its last lines', async () => {
    expect(await run('cat', [], { input: 'text' })).toBe('text');
    await expect(run('sh', ['-c', 'echo out; echo why >&2; exit 3'])).rejects.toMatchObject({
      code: 'LAB_TOOL_FAILED',
      details: ['out', 'why'],
    });
    await expect(run('unde-no-such-program', [])).rejects.toMatchObject({ code: 'LAB_TOOL_FAILED' });
  });
});

describe('systemPath', () => {
  it('adds what a poor path lacks, behind its own', () => {
    expect(systemPath({ PATH: '/opt/bin:/usr/bin' })).toEqual({
      PATH: '/opt/bin:/usr/bin:/usr/sbin:/sbin:/bin',
    });
    expect(systemPath({})).toEqual({ PATH: '/usr/sbin:/usr/bin:/sbin:/bin' });
  });
});

describe('withLock', () => {
  it('keeps a second one out, and lets it in afterwards', async () => {
    const name = `test ${process.pid}`;
    await withLock(name, 0, async () => {
      await expect(withLock(name, 0, async () => undefined)).rejects.toMatchObject({
        code: 'LAB_BUSY',
        exit: 'locked',
      });
    });
    expect(await withLock(name, 0, async () => 'in')).toBe('in');
    await expect(
      withLock(name, 0, async () => {
        throw new Error('fault');
      }),
    ).rejects.toThrow('fault');
    expect(await withLock(name, 0, async () => 'in again')).toBe('in again');
  });
});
