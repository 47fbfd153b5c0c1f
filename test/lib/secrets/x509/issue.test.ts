import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueCertificate } from '../../../../src/lib/secrets/x509/issue.ts';
import {
  certificateFacts,
  formatPair,
  type KeyPair,
  parsePair,
} from '../../../../src/lib/secrets/x509/pair.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400;
const SPEC = {
  commonName: 'production-db',
  names: ['production-db', 'localhost'],
  addresses: ['198.18.1.2', '127.0.0.1'],
  usage: ['server', 'client'],
} as const;

let authority: KeyPair;
let leaf: KeyPair;
let folder: string;
beforeAll(async () => {
  authority = await issueAuthority('UNDE fleet authority', NOW);
  leaf = await issueCertificate(formatPair(authority), SPEC, NOW);
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-pki-'));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  write('ca.pem', authority.chain);
  write('leaf.pem', leaf.chain);
  write('leaf.key', leaf.key);
});
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, encoding: 'utf8' });
/** As OpenSSL sees it at a moment; `undefined` where it accepts it. */
function refusal(purpose: string, at: Date, ...more: string[]): string | undefined {
  const time = String(Math.floor(at.getTime() / 1000));
  const args = [
    'verify',
    '-x509_strict',
    '-purpose',
    purpose,
    '-attime',
    time,
    ...more,
    '-CAfile',
    'ca.pem',
    'leaf.pem',
  ];
  const { status, stderr, stdout } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

describe('a certificate', () => {
  it('is one that OpenSSL accepts, for its names and its uses', () => {
    expect(refusal('sslserver', NOW)).toBeUndefined();
    expect(refusal('sslclient', NOW)).toBeUndefined();
    expect(refusal('sslserver', NOW, '-verify_hostname', 'production-db')).toBeUndefined();
    expect(refusal('sslserver', NOW, '-verify_ip', '198.18.1.2')).toBeUndefined();
    expect(refusal('sslserver', NOW, '-verify_hostname', 'staging-db')).toMatch(/hostname mismatch/i);
  });

  it('holds an hour back for clocks that are behind, and 397 days on', () => {
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    expect(refusal('sslserver', at(-3599))).toBeUndefined();
    expect(refusal('sslserver', at(-3601))).toMatch(/not yet valid/);
    expect(refusal('sslserver', at(397 * DAY - 1))).toBeUndefined();
    expect(refusal('sslserver', at(397 * DAY + 1))).toMatch(/expired/);
  });

  it('is signed with the key that goes with it', () => {
    const ofKey = openssl('pkey', '-in', 'leaf.key', '-pubout');
    expect(openssl('x509', '-in', 'leaf.pem', '-noout', '-pubkey')).toBe(ofKey);
  });

  it('cannot sign others', async () => {
    const forged = await issueCertificate(formatPair(leaf), { ...SPEC, commonName: 'forged' }, NOW);
    writeFileSync(path.join(folder, 'forged.pem'), forged.chain);
    const args = [
      'verify',
      '-attime',
      String(NOW.getTime() / 1000),
      '-CAfile',
      'ca.pem',
      '-untrusted',
      'leaf.pem',
      'forged.pem',
    ];
    expect(spawnSync('openssl', args, { cwd: folder }).status).not.toBe(0);
  });

  it('of a server alone is no client', async () => {
    const server = await issueCertificate(formatPair(authority), { ...SPEC, usage: ['server'] }, NOW);
    writeFileSync(path.join(folder, 'leaf.pem'), server.chain);
    expect(refusal('sslserver', NOW)).toBeUndefined();
    expect(refusal('sslclient', NOW)).toMatch(/purpose/);
    writeFileSync(path.join(folder, 'leaf.pem'), leaf.chain);
  });

  it('never outlives whoever signed it', async () => {
    const late = new Date(NOW.getTime() + 3600 * DAY * 1000);
    const short = await issueCertificate(formatPair(authority), SPEC, late);
    expect(certificateFacts(short.chain).notAfter).toBe(certificateFacts(authority.chain).notAfter);
  });

  it('tells what operators ask', () => {
    expect(certificateFacts(leaf.chain)).toMatchObject({
      subject: 'production-db',
      issuer: 'UNDE fleet authority',
      names: ['production-db', 'localhost'],
      addresses: ['198.18.1.2', '127.0.0.1'],
      notBefore: NOW.getTime() / 1000 - 3600,
      notAfter: NOW.getTime() / 1000 + 397 * DAY,
    });
  });
});

describe('the text of a pair', () => {
  it('is read as it was written', () => {
    expect(parsePair(formatPair(leaf))).toEqual(leaf);
    const chain = leaf.chain + authority.chain;
    expect(parsePair(formatPair({ ...leaf, chain })).chain).toBe(chain);
    expect(() => parsePair(leaf.chain)).toThrow(/no private key/);
  });
});
