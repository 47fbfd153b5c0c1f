import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkKeys } from '../../../../src/lib/operations/doctor/keys.ts';

let home: string;
const key = (name: string) => path.join(home, '.ssh', name);
const PATH = process.env['PATH'];

beforeAll(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'unde-keys-'));
  mkdirSync(path.join(home, '.ssh'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key('id_ed25519')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', key('locked')]);
});
afterAll(() => rmSync(home, { recursive: true }));

const check = async (files: string[], env: NodeJS.ProcessEnv = {}, at = home) =>
  (await checkKeys(files, { env: { PATH, ...env }, home: at }))[0];

describe('checkKeys', () => {
  it('finds the usual key where there is neither a named one nor an agent', async () => {
    expect(await check([])).toMatchObject({ verdict: 'ok', message: `${key('id_ed25519')} (ssh-ed25519)` });
    expect(await check([], {}, '/nonexistent')).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('no agent runs'),
    });
  });

  it('takes the named one first, and refuses one that others can read', async () => {
    chmodSync(key('id_ed25519'), 0o644);
    expect(await check(['~/.ssh/id_ed25519'])).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('mode 644'),
      hint: `chmod 600 ${key('id_ed25519')}`,
    });
    chmodSync(key('id_ed25519'), 0o600);
    expect(await check(['~/.ssh/id_ed25519'])).toMatchObject({ verdict: 'ok' });
  });

  it('says what to do about a passphrase, a file that is no key, and one that is not there', async () => {
    expect(await check([key('locked')])).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('passphrase'),
    });
    writeFileSync(key('text'), 'hello', { mode: 0o600 });
    expect(await check([key('text')])).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('no private key'),
    });
    expect(await check([key('absent')])).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('notices an agent that is gone', async () => {
    expect(await check([], { SSH_AUTH_SOCK: path.join(home, 'gone') })).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('no agent answers'),
    });
  });
});
