import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UndeError } from '../../common/error/unde-error.ts';

/**
 * Reads a secret that systemd has decrypted for this process (systemd.exec(5), LoadCredentialEncrypted).
 *
 * @param name The credential's name, as the manifest gives it.
 * @throws UndeError NO_CREDENTIAL
 */
export function readCredential(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const directory = env['CREDENTIALS_DIRECTORY'];
  if (directory !== undefined) {
    try {
      return readFileSync(path.join(directory, name), 'utf8').trim();
    } catch {
      // Said below: what is missing matters, not how the file system puts it.
    }
  }
  throw new UndeError({
    code: 'NO_CREDENTIAL',
    message: `the credential "${name}" is not there`,
    exit: 'config',
    hint: 'unde secrets list shows whether it exists; a deploy brings it',
  });
}
