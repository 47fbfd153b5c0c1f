import { UndeError } from '../common/error/unde-error.ts';

// age's cryptography takes 80 ms to load, which only commands that touch values should pay.
const age = () => import('age-encryption');

/** Encrypts a text to recipients (`age1…`), as binary age. */
export async function encrypt(text: string, recipients: readonly string[]): Promise<Uint8Array> {
  const { Encrypter } = await age();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(text);
}

/**
 * Decrypts a file with whichever of the identities fits.
 *
 * @returns `undefined` where none of them is a recipient.
 */
export async function decrypt(file: Uint8Array, identities: readonly string[]): Promise<string | undefined> {
  const { armor, Decrypter } = await age();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(
      isArmored(file) ? armor.decode(Buffer.from(file).toString()) : file,
      'text',
    );
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity matched')) return undefined;
    throw error;
  }
}

/** A new identity, and the recipient that belongs to it. */
export async function makeIdentity(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity, identityToRecipient } = await age();
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recipient that belongs to an identity. */
export async function recipientOf(identity: string): Promise<string> {
  return (await age()).identityToRecipient(identity);
}

/**
 * Refuses what is no age recipient, an identity above all: that is the half that must stay with its owner.
 *
 * @throws UndeError BAD_RECIPIENT
 */
export async function assertRecipient(text: string): Promise<void> {
  const { Encrypter } = await age();
  try {
    new Encrypter().addRecipient(text);
  } catch {
    const secret = /^AGE-SECRET-KEY-/i.test(text);
    throw new UndeError({
      code: 'BAD_RECIPIENT',
      message: secret
        ? 'this is a secret identity; operators are added by the public half, which begins with age1'
        : `"${text}" is no age recipient; one begins with age1`,
      exit: 'usage',
      hint: secret
        ? 'take that identity for lost: it stands in the shell history now; make a new one with: unde operators identity'
        : 'they print theirs with: unde operators identity, or age-keygen -y IDENTITY-FILE',
    });
  }
}

/** How many recipients a file is encrypted to; age does not tell which. */
export function countRecipients(file: Uint8Array): number {
  const text = Buffer.from(file).toString('latin1');
  const header = text.slice(0, text.indexOf('\n--- '));
  return header.split('\n').filter((line) => line.startsWith('-> ') && !line.includes('-grease')).length;
}

function isArmored(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(0, 11)).toString() === '-----BEGIN ';
}
