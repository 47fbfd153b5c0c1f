import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SecretSpec } from '../../../src/lib/manifest/secret.ts';
import { formatPair } from '../../../src/lib/secrets/x509/pair.ts';
import { issueAuthority } from '../../../src/lib/secrets/x509/issue.ts';
import { setSecret } from '../../../src/lib/secrets/set.ts';
import { testStore } from './folder-store.ts';

const token: SecretSpec = { secret: 'vendor-token', kind: 'brought', title: 'Vendor API token' };
const login: SecretSpec = { secret: 'db-x', kind: 'database-login', role: 'reader', title: 'DB password' };
const tunnel: SecretSpec = { secret: 'wireguard-a', kind: 'wireguard-key', title: 'WireGuard private keys' };
const certificate: SecretSpec = { secret: 'cert', kind: 'certificate', title: 'A certificate' };

describe('setSecret', () => {
  it('keeps a token, and another one over it', async () => {
    const { store } = await testStore();
    const first = await setSecret(store, token, 'one', 'kim');
    const second = await setSecret(store, token, 'two', 'kim');
    expect(second.version).not.toBe(first.version);
    expect(await store.reveal('vendor-token')).toBe('two');
  });

  it('takes over what there is of its own kinds, once', async () => {
    const { store } = await testStore();
    await setSecret(store, login, 'reader_b:from-before', 'kim');
    await expect(setSecret(store, login, 'reader_a:x', 'kim')).rejects.toMatchObject({
      code: 'ROTATE_INSTEAD',
    });
    expect(await store.reveal('db-x')).toBe('reader_b:from-before');
  });

  it('knows the public half of what is brought', async () => {
    const { store } = await testStore();
    const { d = '', x = '' } = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
    const base64 = (text: string) => Buffer.from(text, 'base64url').toString('base64');
    expect((await setSecret(store, tunnel, base64(d), 'kim')).public).toBe(base64(x));
    const pair = await issueAuthority('x');
    expect((await setSecret(store, certificate, formatPair(pair), 'kim')).public).toBe(pair.chain);
  });

  it('refuses values that cannot be what they should, without showing them', async () => {
    const { store } = await testStore();
    const one = await issueAuthority('x');
    const other = await issueAuthority('y');
    const bad: [SecretSpec, string][] = [
      [login, 'writer_a:planted'],
      [login, 'planted'],
      [tunnel, 'planted'],
      [certificate, 'planted'],
      [certificate, formatPair({ key: one.key, chain: other.chain })],
    ];
    for (const [spec, value] of bad) {
      const error: unknown = await setSecret(store, spec, value, 'kim').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^BAD_(SECRET|LOGIN)$/) });
      expect(JSON.stringify(error)).not.toContain('planted');
    }
    expect(store.names()).toEqual([]);
  });
});
