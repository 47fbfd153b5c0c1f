import { describe, expect, it } from 'vitest';
import Status from '../../../src/commands/status.ts';
import { capturedRun } from '../../commands/inventory/captured-run.ts';

describe('BaseCommand', () => {
  it('suggests the flag that was meant, and runs nothing', async () => {
    const { stderr, stdout, exitCode } = await capturedRun(Status, '--contex', 'lab');
    expect(stderr).toContain('Nonexistent flag: --contex');
    expect(stderr).toContain('did you mean --context?');
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  it('tells errors as data with --json', async () => {
    const run = await capturedRun(Status, '--contex=lab', '--json');
    expect(run.json()).toMatchObject({ error: { code: 'USAGE', exit: 2, hint: 'did you mean --context?' } });
  });
});
