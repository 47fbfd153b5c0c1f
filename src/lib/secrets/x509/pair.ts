import { X509Certificate } from 'node:crypto';

/** A private key (PKCS #8) and the certificates that go with it, its own first; all PEM. */
export interface KeyPair {
  readonly key: string;
  readonly chain: string;
}

/** The text of a secret of the kind `certificate`: the private key, then the chain, as most servers read one file. */
export function formatPair({ key, chain }: KeyPair): string {
  return `${key.trimEnd()}\n${chain.trimEnd()}\n`;
}

/** Takes such a text apart. */
export function parsePair(text: string): KeyPair {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----\n?/g) ?? [];
  const key = blocks.find((block) => block.includes('PRIVATE KEY'));
  const chain = blocks.filter((block) => block.includes('BEGIN CERTIFICATE')).join('');
  if (key === undefined || chain === '') throw new Error('the text is no private key with its certificate');
  return { key, chain };
}

/** What operators ask of a certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: string;
  /** SHA-256 over the certificate, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string;
}

/** Reads the first certificate of a PEM text. */
export function certificateFacts(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem);
  const alternatives = (certificate.subjectAltName ?? '').split(', ');
  const of = (prefix: string) =>
    alternatives.flatMap((text) => (text.startsWith(prefix) ? [text.slice(prefix.length)] : []));
  return {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    names: of('DNS:'),
    addresses: of('IP Address:'),
    notBefore: Math.floor(certificate.validFromDate.getTime() / 1000),
    notAfter: Math.floor(certificate.validToDate.getTime() / 1000),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
  };
}

function commonName(subject: string): string {
  return /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? subject;
}
