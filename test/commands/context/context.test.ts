import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import ContextList from '../../../src/commands/context/list.ts';
import ContextShow from '../../../src/commands/context/show.ts';
import ContextUse from '../../../src/commands/context/use.ts';
import { capturedRun } from '../inventory/captured-run.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'unde-context-'));
  vi.stubEnv('XDG_CONFIG_HOME', home);
  vi.stubEnv('UNDE_LAB_HOME', path.join(home, 'labs'));
  vi.stubEnv('UNDE_CONTEXT', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

describe('unde context', () => {
  it('has no default: showing none is refused, listing says so', async () => {
    const shown = await capturedRun(ContextShow);
    expect(shown).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('NO_CONTEXT') });
    const listed = await capturedRun(ContextList);
    expect(listed.stdout).toContain('no context is in use');
    expect(listed.exitCode).toBe(0);
  });

  it('shows what was stored, and what goes before it', async () => {
    await capturedRun(ContextUse, 'lab:rehearsal');
    expect((await capturedRun(ContextShow)).stdout).toBe('context lab:rehearsal  (from unde context use)\n');
    vi.stubEnv('UNDE_CONTEXT', 'production');
    expect((await capturedRun(ContextShow, '--json')).json()).toEqual({
      context: 'production',
      from: 'UNDE_CONTEXT',
    });
    const flag = await capturedRun(ContextShow, '--context', 'lab', '--json');
    expect(flag.json()).toEqual({ context: 'lab', from: '--context' });
  });

  it('lists, with a mark at the one in use', async () => {
    await capturedRun(ContextUse, 'production');
    expect((await capturedRun(ContextList)).stdout).toMatch(/^\* +production/m);
    await capturedRun(ContextUse, 'lab');
    expect((await capturedRun(ContextList)).stdout).toContain('in use: lab, which is not up');
    expect((await capturedRun(ContextList, '--json')).json()).toMatchObject({ current: 'lab' });
  });
});
