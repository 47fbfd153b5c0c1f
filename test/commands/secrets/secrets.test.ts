import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import SecretsCheck from '../../../src/commands/secrets/check.ts';
import SecretsGenerate from '../../../src/commands/secrets/generate.ts';
import SecretsList from '../../../src/commands/secrets/list.ts';
import SecretsMatrix from '../../../src/commands/secrets/matrix.ts';
import SecretsRemove from '../../../src/commands/secrets/remove.ts';
import SecretsRotate from '../../../src/commands/secrets/rotate.ts';
import SecretsSet from '../../../src/commands/secrets/set.ts';
import { capturedRun } from '../inventory/captured-run.ts';
import { ownMachine } from './operators-own.ts';

const TOKEN = 'alertmanager-telegram-token';
const PLANTED = 'planted-4c1b8f2e7a90d356';

let folder: string;
beforeAll(async () => {
  folder = await ownMachine();
}, 60_000);
afterAll(() => vi.unstubAllEnvs());

const set = (name: string, value: string, ...more: string[]) => {
  const file = path.join(folder, 'value');
  writeFileSync(file, `${value}\n`);
  return capturedRun(SecretsSet, name, '--file', file, '--yes', ...more);
};

describe('unde secrets', { timeout: 60_000 }, () => {
  it('says what is missing, makes what it can, and names the rest', async () => {
    const before = await capturedRun(SecretsCheck, '--no-hosts');
    expect(before.exitCode).toBe(10);
    expect(before.stdout).toMatch(new RegExp(`${TOKEN} \\(missing\\)`));
    const made = await capturedRun(SecretsGenerate, '--yes', '--json');
    expect(made.json()).toMatchObject({
      made: expect.arrayContaining(['redis-broker-redis-exporter', 'postgres-certificate-production-db']),
      missing: expect.arrayContaining([{ name: TOKEN, title: 'Alertmanager Telegram bot token' }]),
    });
    const again = await capturedRun(SecretsGenerate, '--yes', '--json');
    expect(again.json()).toMatchObject({ made: [] });
  });

  it('keeps what is brought, and never says it', async () => {
    const run = await set(TOKEN, PLANTED);
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toContain('unde deploy alertmanager: brings it to alertmanager on monitoring');
    const list = await capturedRun(SecretsList, '--no-hosts');
    expect(list.stdout).toMatch(
      new RegExp(`^${TOKEN} +brought +[0-9a-f]{12} +\\d+s +alertmanager on monitoring`, 'm'),
    );
    const outputs = [
      run,
      list,
      await capturedRun(SecretsList, '--no-hosts', '--json'),
      await capturedRun(SecretsMatrix),
    ];
    for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain(PLANTED);
  });

  it('refuses a value as an argument without repeating it', async () => {
    const run = await capturedRun(SecretsSet, TOKEN, PLANTED);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('SECRET_AS_ARGUMENT');
    expect(run.stdout + run.stderr).not.toContain(PLANTED);
  });

  it('suggests the name that was meant', async () => {
    const run = await set('alertmanager-telegram-tokn', 'x');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(`did you mean ${TOKEN}?`);
    const rotate = await capturedRun(SecretsRotate, TOKEN, '--yes');
    expect(rotate.exitCode).toBe(2);
    expect(rotate.stderr).toContain(`unde secrets set ${TOKEN}`);
  });

  it('gives what it makes itself no value from outside once it is in use', async () => {
    const run = await set('redis-broker-redis-exporter', 'x');
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('unde secrets rotate redis-broker-redis-exporter');
  });

  it('forgets only what nobody needs', async () => {
    const needed = await capturedRun(SecretsRemove, TOKEN, '--yes');
    expect(needed.exitCode).toBe(4);
    expect(needed.stderr).toContain('SECRET_IN_USE');
    const unknown = await capturedRun(SecretsRemove, 'nothing', '--yes');
    expect(unknown.exitCode).toBe(2);
  });

  it('asks before it changes production, where nobody is there to answer', async () => {
    const run = await capturedRun(SecretsRotate, 'redis-broker-redis-exporter');
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('NEEDS_YES');
  });

  it('finds one value under two names', async () => {
    await set('alertmanager-slack-url', PLANTED);
    const run = await capturedRun(SecretsCheck, '--no-hosts', '--json');
    expect(run.exitCode).toBe(10);
    expect(run.json()).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'shared-value', secret: TOKEN })]),
    });
    expect(run.stdout).not.toContain(PLANTED);
  });

  it('shows the matrix without a context, a store or a key', async () => {
    vi.stubEnv('UNDE_CONTEXT', '');
    vi.stubEnv('UNDE_AGE_IDENTITY', '/nonexistent');
    const run = await capturedRun(SecretsMatrix, '--json');
    expect(run.exitCode).toBe(0);
    expect(run.json()).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ title: 'Alertmanager Telegram bot token', hosts: ['monitoring'] }),
      ]),
    });
  });
});
