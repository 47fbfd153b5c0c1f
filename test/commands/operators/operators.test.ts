import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import OperatorsAdd from '../../../src/commands/operators/add.ts';
import OperatorsReencrypt from '../../../src/commands/operators/reencrypt.ts';
import OperatorsIdentity from '../../../src/commands/operators/identity.ts';
import OperatorsList from '../../../src/commands/operators/list.ts';
import OperatorsRemove from '../../../src/commands/operators/remove.ts';
import SecretsCheck from '../../../src/commands/secrets/check.ts';
import SecretsGenerate from '../../../src/commands/secrets/generate.ts';
import { writeIdentity } from '../../../src/lib/secrets/open.ts';
import { capturedRun } from '../inventory/captured-run.ts';
import { ownMachine } from '../secrets/operators-own.ts';

let folder: string;
beforeAll(async () => {
  folder = await ownMachine();
  await capturedRun(SecretsGenerate, '--yes');
}, 60_000);
afterAll(() => vi.unstubAllEnvs());

describe('unde operators', { timeout: 60_000 }, () => {
  it('shows the same public half of a key again and again, and never the secret half', async () => {
    const first = await capturedRun(OperatorsIdentity);
    const second = await capturedRun(OperatorsIdentity, '--json');
    expect(first.stdout).toMatch(/^age1[0-9a-z]+\n$/);
    expect(second.json()).toMatchObject({ made: false, recipients: [first.stdout.trim()] });
    expect(first.stdout + first.stderr + second.stdout).not.toContain('SECRET');
  });

  it('lets somebody in, who then reads everything, and out again', async () => {
    const lee = path.join(folder, 'lee.txt');
    const recipient = await writeIdentity(lee);
    expect((await capturedRun(OperatorsAdd, 'lee', recipient, '--yes')).exitCode).toBe(0);
    expect((await capturedRun(OperatorsList)).stdout).toMatch(/^kim \(you\) .*\nlee /m);
    vi.stubEnv('UNDE_AGE_IDENTITY', lee);
    expect((await capturedRun(SecretsCheck, '--no-hosts')).stderr).not.toContain('Error');
    expect((await capturedRun(OperatorsReencrypt, '--yes')).exitCode).toBe(0);
    const removed = await capturedRun(OperatorsRemove, 'kim', '--yes');
    expect(removed.stdout).toContain('unde secrets rotate --all');
    vi.stubEnv('UNDE_AGE_IDENTITY', path.join(folder, 'identity.txt'));
    const blind = await capturedRun(SecretsCheck, '--no-hosts');
    expect(blind.exitCode).toBe(4);
    expect(blind.stderr).toContain('NOT_A_RECIPIENT');
  });

  it('refuses an identity where a recipient belongs, without repeating it', async () => {
    const run = await capturedRun(OperatorsAdd, 'max', 'AGE-SECRET-KEY-1PLANTED', '--yes');
    expect(run.exitCode).toBe(2);
    expect(run.stdout + run.stderr).not.toContain('PLANTED');
  });
});
