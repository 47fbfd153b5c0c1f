import { describe, expect, it } from 'vitest';
import { BaseCommand } from '../../../src/lib/cli/base-command.ts';
import type { Ending } from '../../../src/lib/common/error/worst-exit.ts';
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

  it('ends by the one rule, however many things a command says of its end', async () => {
    expect((await capturedRun(ending())).exitCode).toBe(0);
    expect((await capturedRun(ending({ unhealthy: true }))).exitCode).toBe(10);
    expect((await capturedRun(ending({ unhealthy: true }, { unreachable: true }))).exitCode).toBe(5);
    expect((await capturedRun(ending({ unreachable: true }, { unhealthy: true }))).exitCode).toBe(5);
    expect((await capturedRun(ending({ drift: true }, { unreachable: false }))).exitCode).toBe(9);
  });
});

/** A command that ends in so many ways. */
function ending(...endings: Ending[]): typeof BaseCommand & { run: typeof Status.run } {
  class Ends extends BaseCommand {
    async run(): Promise<void> {
      await this.parse(Ends);
      for (const each of endings) this.endWith(each);
    }
  }
  return Ends;
}
