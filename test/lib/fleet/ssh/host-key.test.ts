import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinHostKey, shownHostKeys } from '../../../../src/lib/fleet/ssh/host-key.ts';
import { pinnedKeys } from '../../../../src/lib/fleet/ssh/known-hosts.ts';
import type { SshTarget } from '../../../../src/lib/fleet/ssh/target.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-keys-'));
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;
const ed25519 = ssh2.utils.generateKeyPairSync('ed25519').private;
const publicKey = (privateKey: string) => {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key.getPublicSSH().toString('base64');
};

let logins = 0;
const server = new ssh2.Server({ hostKeys: [rsa, ed25519] }, (client) => {
  client.on('authentication', () => logins++);
  client.on('error', () => undefined);
});
let target: SshTarget;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target = {
    context: { name: 'production', lab: '', from: '--context' },
    host: 'rented',
    address: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    user: 'root',
    identityFile: undefined,
    knownHostsFile: path.join(folder, 'known_hosts'),
    jump: undefined,
    timeoutMs: 5000,
  };
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('the keys that a server shows', () => {
  it('are asked for one by one, the strongest first, until one is enough', async () => {
    const first = { type: 'ssh-ed25519', key: publicKey(ed25519) };
    const second = { type: 'ssh-rsa', key: publicKey(rsa) };
    expect(await shownHostKeys(target, () => true)).toEqual([first]);
    expect(await shownHostKeys(target, ({ type }) => type === 'ssh-rsa')).toEqual([first, second]);
    expect(await shownHostKeys(target, () => false)).toEqual([first, second]);
    // Nothing that would open a door was sent to a machine that nobody knows.
    expect(logins).toBe(0);
  });

  it('are no keys where nothing answers', async () => {
    await expect(shownHostKeys({ ...target, port: 9 }, () => true)).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
  });
});

describe('a pinned key', () => {
  it('is found again by the address and port that it was pinned for', async () => {
    const [key] = await shownHostKeys(target, () => true);
    if (key === undefined) throw new Error('no key was shown');
    writeFileSync(target.knownHostsFile, '10.0.0.1 ssh-ed25519 AAAA');
    await pinHostKey(target, key);
    const text = readFileSync(target.knownHostsFile, 'utf8');
    expect(pinnedKeys(text, '127.0.0.1', target.port)).toMatchObject([{ ...key, line: 2 }]);
    expect(pinnedKeys(text, '127.0.0.1', 22)).toEqual([]);
    expect(pinnedKeys(text, '10.0.0.1', 22)).toHaveLength(1);
  });
});
