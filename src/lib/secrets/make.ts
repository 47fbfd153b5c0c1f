import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { UndeError } from '../common/error/unde-error.ts';
import type { SecretSpec } from '../manifest/secret.ts';
import { formatPair } from './x509/pair.ts';
import { AUTHORITY } from './entry.ts';
import type { StoreDraft, ValueFacts } from './store.ts';

/** A value that was made, with its public half. */
export interface MadeValue {
  readonly value: string;
  readonly public?: string;
}

/** The name that the fleet's authority has in certificates. */
const AUTHORITY_NAME = 'UNDE fleet authority';

/**
 * Makes a value for a secret.
 *
 * @param before The login that a database login has now; the new one is the role's other login.
 * @throws UndeError SECRET_NOT_MADE for what only an operator can bring.
 */
export async function makeValue(spec: SecretSpec, draft: StoreDraft, before?: string): Promise<MadeValue> {
  switch (spec.kind) {
    case 'password':
      return { value: randomText() };
    case 'database-login':
      return { value: `${loginAfter(spec, before)}:${randomText()}` };
    case 'wireguard-key':
      return makeWireGuardKey();
    case 'certificate':
      return makeCertificate(spec, draft);
    default:
      throw notMade(spec);
  }
}

function notMade({ secret, title }: SecretSpec): UndeError {
  return new UndeError({
    code: 'SECRET_NOT_MADE',
    message: `"${secret}" (${title}) comes from its vendor; nobody here can make it`,
    exit: 'usage',
    hint: `unde secrets set ${secret}`,
  });
}

/** Makes the fleet's authority in a draft. */
export async function makeAuthority(draft: StoreDraft): Promise<void> {
  const { issueAuthority } = await import('./x509/issue.ts');
  const pair = await issueAuthority(AUTHORITY_NAME);
  const facts: ValueFacts = { kind: 'certificate', public: pair.chain };
  await draft.put(AUTHORITY, formatPair(pair), facts);
}

/** 256 bits in characters that need no quoting anywhere. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** A role has two logins that take turns, so that the old one works until nobody uses it. */
function loginAfter(spec: SecretSpec, before: string | undefined): string {
  if (spec.role === undefined) throw new Error(`the manifest names no role for ${spec.secret}`);
  return `${spec.role}${before === `${spec.role}_a` ? '_b' : '_a'}`;
}

/** An X25519 pair in the base64 of wg(8). */
function makeWireGuardKey(): MadeValue {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  // The raw key stands at the end of both encodings (RFC 8410).
  const raw = (der: Buffer) => der.subarray(-32).toString('base64');
  return {
    value: raw(privateKey.export({ format: 'der', type: 'pkcs8' })),
    public: raw(publicKey.export({ format: 'der', type: 'spki' })),
  };
}

async function makeCertificate(spec: SecretSpec, draft: StoreDraft): Promise<MadeValue> {
  if (spec.certificate === undefined)
    throw new Error(`the manifest says nothing of the certificate ${spec.secret}`);
  if (draft.entry(AUTHORITY) === undefined) await makeAuthority(draft);
  const { issueCertificate } = await import('./x509/issue.ts');
  const pair = await issueCertificate(await draft.reveal(AUTHORITY), spec.certificate);
  return { value: formatPair(pair), public: pair.chain };
}
