import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownPublicKeys, withoutComment } from '../../../../src/lib/fleet/ssh/own-keys.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'unde-home-'));
  mkdirSync(path.join(home, '.ssh'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Writes a key pair, and answers `TYPE KEY`. */
function keyPair(name: string, passphrase?: string): string {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', {
    comment: 'kim@laptop',
    ...(passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 1 }),
  });
  writeFileSync(path.join(home, '.ssh', name), pair.private);
  writeFileSync(path.join(home, '.ssh', `${name}.pub`), pair.public);
  return withoutComment(pair.public) ?? '';
}

describe('the keys that an operator logs in with', () => {
  it('are the inventory’s file, and no other', async () => {
    const own = keyPair('fleet');
    keyPair('id_ed25519');
    expect(await ownPublicKeys('~/.ssh/fleet', { env: {}, home })).toEqual([own]);
  });

  it('are told from the public half where the private one is protected', async () => {
    const own = keyPair('fleet', 'a passphrase');
    expect(await ownPublicKeys(path.join(home, '.ssh/fleet'), { env: {}, home })).toEqual([own]);
  });

  it('are the first of the usual files, where there is no agent', async () => {
    const own = keyPair('id_rsa');
    expect(await ownPublicKeys(undefined, { env: {}, home })).toEqual([own]);
  });

  it('are none where there is nothing', async () => {
    expect(await ownPublicKeys(undefined, { env: {}, home })).toEqual([]);
    expect(await ownPublicKeys('~/.ssh/absent', { env: {}, home })).toEqual([]);
    const env = { PATH: process.env['PATH'], SSH_AUTH_SOCK: path.join(home, 'no-agent') };
    expect(await ownPublicKeys(undefined, { env, home })).toEqual([]);
  });
});

describe('a public key without its comment', () => {
  it.each([
    ['ssh-ed25519 AAAAC3Nz kim@laptop', 'ssh-ed25519 AAAAC3Nz'],
    ['sk-ssh-ed25519@openssh.com AAAAGnNr', 'sk-ssh-ed25519@openssh.com AAAAGnNr'],
    ['  ssh-rsa AAAAB3==  ', 'ssh-rsa AAAAB3=='],
    ['The agent has no identities.', undefined],
    ['', undefined],
  ])('"%s"', (line, key) => {
    expect(withoutComment(line)).toBe(key);
  });
});
