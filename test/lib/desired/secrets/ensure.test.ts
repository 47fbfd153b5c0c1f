import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SecretSpec } from '../../../../src/lib/manifest/secret.ts';
import { parsePair } from '../../../../src/lib/secrets/x509/pair.ts';
import { ensureSecrets, generateSecrets } from '../../../../src/lib/desired/secrets/ensure.ts';
import { testStore } from '../../secrets/folder-store.ts';

const password: SecretSpec = { secret: 'grafana-admin', kind: 'password', title: 'Grafana admin password' };
const login: SecretSpec = {
  secret: 'db-production-recognition',
  kind: 'database-login',
  role: 'recognition',
  title: 'Production DB password',
};
const token: SecretSpec = { secret: 'ximilar-token', kind: 'brought', title: 'Ximilar API token' };
const certificate: SecretSpec = {
  secret: 'postgres-production',
  kind: 'certificate',
  title: 'PostgreSQL server certificate',
  certificate: {
    commonName: 'production-db',
    names: ['production-db', 'localhost'],
    addresses: ['198.18.1.2'],
    usage: ['server'],
  },
};

describe('ensureSecrets', () => {
  it('makes a password and a login once', async () => {
    const { store } = await testStore();
    expect(await ensureSecrets(store, [password, login, password], 'kim')).toEqual([
      'grafana-admin',
      'db-production-recognition',
    ]);
    expect(await store.reveal('grafana-admin')).toMatch(/^[\w-]{43}$/);
    expect(await store.reveal('db-production-recognition')).toMatch(/^recognition_a:[\w-]{43}$/);
    const { version } = store.entry('grafana-admin') ?? {};
    expect(await ensureSecrets(store, [password, login], 'kim')).toEqual([]);
    expect(store.entry('grafana-admin')?.version).toBe(version);
  });

  it('makes a WireGuard pair whose halves fit', async () => {
    const { store } = await testStore();
    await ensureSecrets(
      store,
      [{ secret: 'wireguard-a', kind: 'wireguard-key', title: 'WireGuard private keys' }],
      'k',
    );
    const raw = Buffer.from(await store.reveal('wireguard-a'), 'base64');
    expect(raw).toHaveLength(32);
    const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
    const key = createPrivateKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'pkcs8' });
    const own = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
    expect(store.entry('wireguard-a')?.public).toBe(own);
  });

  it("issues a certificate by the fleet's authority, which it makes first", async () => {
    const { store } = await testStore();
    await ensureSecrets(store, [certificate], 'kim');
    const pair = parsePair(await store.reveal('postgres-production'));
    const leaf = new X509Certificate(pair.chain);
    const authority = new X509Certificate(store.authority() ?? '');
    expect(leaf.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkIP('198.18.1.2')).toBe('198.18.1.2');
    expect(leaf.checkHost('production-db')).toBe('production-db');
    expect(store.entry('postgres-production')?.public).toBe(pair.chain);
    expect(store.entry('postgres-production')?.public).not.toContain('PRIVATE');
  });

  it('names all that must be brought, and makes nothing then', async () => {
    const { store } = await testStore();
    const other: SecretSpec = { ...token, secret: 'apify-token', title: 'Apify token' };
    const ensuring = ensureSecrets(store, [password, token, other], 'kim');
    await expect(ensuring).rejects.toMatchObject({
      code: 'SECRETS_MISSING',
      message: '2 secret(s) have to be brought before: ximilar-token, apify-token',
      hint: 'unde secrets set ximilar-token; unde secrets set apify-token',
    });
    expect(store.names()).toEqual([]);
  });

  it('makes up in a lab what would have to be brought', async () => {
    const { store } = await testStore('lab');
    await ensureSecrets(store, [token], 'kim');
    expect(await store.reveal('ximilar-token')).toBe('stand-in-of-this-lab-for-ximilar-token');
  });

  it('knows a login by its holder where a verifier is listed first', async () => {
    const { store } = await testStore();
    await ensureSecrets(store, [{ ...login, form: 'scram-sha-256' }, login], 'kim');
    expect(await store.reveal(login.secret)).toMatch(/^recognition_a:/);
  });
});

describe('generateSecrets', () => {
  it('makes what can be made and says what must be brought', async () => {
    const { store } = await testStore();
    const { made, missing } = await generateSecrets(store, [password, token], 'kim');
    expect(made).toEqual(['grafana-admin']);
    expect(missing.map(({ secret }) => secret)).toEqual(['ximilar-token']);
  });
});
