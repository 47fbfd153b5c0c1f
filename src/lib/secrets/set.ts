import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { messageOf, UndeError } from '../common/error/unde-error.ts';
import type { SecretSpec } from '../manifest/secret.ts';
import { parsePair } from './x509/pair.ts';
import { parseLogin } from '../manifest/endpoints/login.ts';
import type { SecretEntry, SecretStore } from './store.ts';

/** What stands before a raw X25519 key in PKCS #8 (RFC 8410). */
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * Keeps a value that an operator brings. What the tool makes itself may be brought too, once, when a fleet is taken
 * over; later it is rotated, so that whoever verifies it hears of it first.
 *
 * @throws UndeError ROTATE_INSTEAD, BAD_SECRET, BAD_LOGIN
 */
export async function setSecret(
  store: SecretStore,
  spec: SecretSpec,
  value: string,
  by: string,
): Promise<SecretEntry> {
  const publicPart = publicPartOf(spec, value);
  return store.change(by, async (draft) => {
    if (draft.entry(spec.secret) !== undefined && spec.kind !== 'brought') {
      throw new UndeError({
        code: 'ROTATE_INSTEAD',
        message: `"${spec.secret}" exists, and services check others by it: another value would lock them out`,
        exit: 'refused',
        hint: `unde secrets rotate ${spec.secret}`,
      });
    }
    await draft.put(spec.secret, value, {
      kind: spec.kind,
      public: publicPart,
    });
    const entry = draft.entry(spec.secret);
    if (entry === undefined) throw new Error(`${spec.secret} was put, and is not there`);
    return entry;
  });
}

/** Checks a value against its kind, and takes its public half from it. */
function publicPartOf(spec: SecretSpec, value: string): string | undefined {
  try {
    switch (spec.kind) {
      case 'wireguard-key':
        return wireGuardPublicKey(value);
      case 'certificate':
        return certificateOf(value);
      case 'database-login':
        assertLogin(spec, value);
        return undefined;
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof UndeError) throw error;
    throw new UndeError({
      code: 'BAD_SECRET',
      message: `the value cannot be ${spec.title}: ${messageOf(error)}`,
      exit: 'usage',
      hint: 'nothing was changed',
    });
  }
}

function assertLogin({ role }: SecretSpec, value: string): void {
  const { login } = parseLogin(value);
  if (login === `${role}_a` || login === `${role}_b`) return;
  throw new Error(`its login must be ${role}_a or ${role}_b`);
}

function wireGuardPublicKey(value: string): string {
  const raw = Buffer.from(value, 'base64');
  if (raw.length !== 32 || raw.toString('base64') !== value) throw new Error('it is no key of wg genkey');
  const key = createPrivateKey({ key: Buffer.concat([X25519_PKCS8, raw]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
}

function certificateOf(value: string): string {
  const { key, chain } = parsePair(value);
  if (new X509Certificate(chain).checkPrivateKey(createPrivateKey(key))) return chain;
  throw new Error('its private key belongs to another certificate');
}
