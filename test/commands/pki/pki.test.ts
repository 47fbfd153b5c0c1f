import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import PkiInit from '../../../src/commands/pki/init.ts';
import PkiList from '../../../src/commands/pki/list.ts';
import PkiRenew from '../../../src/commands/pki/renew.ts';
import PkiShow from '../../../src/commands/pki/show.ts';
import SecretsGenerate from '../../../src/commands/secrets/generate.ts';
import { capturedRun } from '../inventory/captured-run.ts';
import { ownMachine } from '../secrets/operators-own.ts';

beforeAll(async () => {
  await ownMachine();
}, 60_000);
afterAll(() => vi.unstubAllEnvs());

describe('unde pki', { timeout: 60_000 }, () => {
  it('makes one authority', async () => {
    expect((await capturedRun(PkiShow, 'authority')).stderr).toContain('unde pki init');
    expect((await capturedRun(PkiInit, '--yes')).exitCode).toBe(0);
    const again = await capturedRun(PkiInit, '--yes');
    expect(again.exitCode).toBe(4);
    expect(again.stderr).toContain('AUTHORITY_EXISTS');
  });

  it('lists certificates with what ends first at the top, and shows each without its key', async () => {
    await capturedRun(SecretsGenerate, '--yes');
    const { certificates } = (await capturedRun(PkiList, '--json')).json() as {
      certificates: { name: string; days: number; holders: string[] }[];
    };
    expect(certificates.at(-1)).toMatchObject({ name: 'authority', days: 3652 });
    const db = certificates.find(({ name }) => name === 'postgres-certificate-production-db');
    expect(db).toMatchObject({ days: 396, holders: expect.arrayContaining(['postgres on production-db']) });
    const shown = await capturedRun(PkiShow, 'postgres-certificate-production-db');
    expect(shown.stdout).not.toContain('PRIVATE');
    const authority = new X509Certificate((await capturedRun(PkiShow, 'authority')).stdout);
    expect(new X509Certificate(shown.stdout).verify(authority.publicKey)).toBe(true);
  });

  it('renews nothing that is not due, and asks no host then', async () => {
    const run = await capturedRun(PkiRenew, '--yes');
    expect(run.stdout).toContain('no certificate ends within 30 days');
    const bad = await capturedRun(PkiRenew, '--within', 'soon');
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain('for example: 30d');
  });
});
