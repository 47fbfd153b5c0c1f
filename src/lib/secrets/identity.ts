import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configDirectory } from '../common/context/directories.ts';
import { UndeError } from '../common/error/unde-error.ts';
import { recipientOf } from './age.ts';

/** Where the operator's own age identity is: `UNDE_AGE_IDENTITY`, else a file beside the operator's settings. */
export function identityFile(env: NodeJS.ProcessEnv = process.env): string {
  return env['UNDE_AGE_IDENTITY'] || path.join(configDirectory(env), 'identity.txt');
}

/**
 * The identities in a file as `age-keygen` writes it: one a line, `#` begins a comment.
 *
 * @throws UndeError NO_IDENTITY, BAD_IDENTITY
 */
export function readIdentities(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UndeError({
      code: 'NO_IDENTITY',
      message: `secrets are encrypted, and there is no age identity to read them with: ${file}`,
      exit: 'refused',
      where: { file },
      hint: 'name yours with UNDE_AGE_IDENTITY, or make one: unde operators identity',
      cause: error,
    });
  }
  if (/^(-----BEGIN AGE ENCRYPTED FILE|age-encryption\.org)/.test(text)) {
    throw badIdentity(file, 'it is protected by a passphrase, which unde does not ask for', [
      'decrypt it into a file that only you can read, on a disk that is encrypted: age -d -o identity.txt FILE',
    ]);
  }
  const lines = text.split('\n').map((line) => line.trim());
  const identities = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const strange = lines.findIndex(
    (line) => line !== '' && !line.startsWith('#') && !/^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line),
  );
  // The line itself is never shown: it may be a key that was broken in two.
  if (strange >= 0) throw badIdentity(`${file}:${strange + 1}`, 'this line is no age identity');
  if (identities.length === 0) throw badIdentity(file, 'there is no identity in it');
  return identities;
}

/** The public halves of the operator's own identities; none where there is no such file. */
export async function ownRecipients(file: string): Promise<string[]> {
  try {
    return await Promise.all(readIdentities(file).map(recipientOf));
  } catch (error) {
    if (error instanceof UndeError && error.code === 'NO_IDENTITY') return [];
    throw error;
  }
}

function badIdentity(file: string, what: string, details: readonly string[] = []): UndeError {
  return new UndeError({
    code: 'BAD_IDENTITY',
    message: `the age identity cannot be used: ${what}`,
    exit: 'config',
    where: { file },
    details,
    hint: 'unde reads what age-keygen writes: lines that begin with AGE-SECRET-KEY-1',
  });
}
