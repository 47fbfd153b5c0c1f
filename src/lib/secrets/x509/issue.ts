import './reflect.ts';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { CertificateSpec } from '../../manifest/secret.ts';
import { type KeyPair, parsePair } from './pair.ts';

/** How long the authority is valid, in days: ten years. */
const AUTHORITY_DAYS = 3653;
/** How long other certificates are valid, in days: the most that the CA/Browser Forum ever took for a year. */
const LEAF_DAYS = 397;
/** How far back a certificate begins, in seconds, for hosts whose clocks are behind. */
const SKEW_SECONDS = 3600;

const CURVE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Makes an authority: it may sign certificates of hosts, and no further authorities. */
export async function issueAuthority(commonName: string, now = new Date()): Promise<KeyPair> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: CURVE,
    ...validity(now, AUTHORITY_DAYS),
    serialNumber: serial(),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await exported(keys.privateKey), chain: `${certificate.toString('pem')}\n` };
}

/**
 * Issues a certificate.
 *
 * @param authority The text of the authority's secret.
 */
export async function issueCertificate(
  authority: string,
  spec: CertificateSpec,
  now = new Date(),
): Promise<KeyPair> {
  const { key, chain } = parsePair(authority);
  const signer = new X509Certificate(chain);
  const keys = await makeKeys();
  const { notBefore, notAfter } = validity(now, LEAF_DAYS);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [spec.commonName] }],
    issuer: signer.subjectName,
    publicKey: keys.publicKey,
    signingKey: await imported(key),
    signingAlgorithm: CURVE,
    notBefore,
    // No certificate outlives whoever signed it.
    notAfter: notAfter < signer.notAfter ? notAfter : signer.notAfter,
    serialNumber: serial(),
    extensions: await leafExtensions(spec, signer, keys.publicKey),
  });
  return { key: await exported(keys.privateKey), chain: `${certificate.toString('pem')}\n` };
}

async function leafExtensions(
  spec: CertificateSpec,
  signer: X509Certificate,
  publicKey: webcrypto.CryptoKey,
): Promise<Extension[]> {
  const names = [
    ...spec.names.map((value) => ({ type: 'dns' as const, value })),
    ...spec.addresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const usages = spec.usage.map((use) =>
    use === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
  );
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(usages),
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(signer.publicKey),
  ];
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  // X.509 knows whole seconds.
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    notBefore: new Date((seconds - SKEW_SECONDS) * 1000),
    notAfter: new Date((seconds + days * 86_400) * 1000),
  };
}

/** 127 random bits, positive, and never short. */
function serial(): string {
  const bytes = webcrypto.getRandomValues(Buffer.alloc(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
}

async function exported(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

async function imported(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = PemConverter.decode(pem);
  if (der === undefined) throw new Error('the authority has no private key');
  return webcrypto.subtle.importKey('pkcs8', der, CURVE, true, ['sign']);
}
