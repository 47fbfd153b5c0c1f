import { statSync } from 'node:fs';
import { ownRecipients } from '../../secrets/identity.ts';
import type { FileStore } from '../../secrets/file-store.ts';
import { type Check, fail, failed, ok, warn } from './check.ts';

const NAME = 'secrets';

/** Whether this operator can read the secrets of production, which a deploy that brings one must. */
export async function checkSecrets(open: () => Promise<FileStore>): Promise<Check> {
  try {
    const store = await open();
    const names = store.operators().map(({ name }) => name);
    if (names.length === 0) {
      const hint = 'unde operators identity, then unde operators add NAME AGE-RECIPIENT';
      return warn(NAME, `there is no store in ${store.directory} yet`, hint);
    }
    const own = await ownRecipients(store.identityFile);
    const me = store.operators().find(({ recipient }) => own.includes(recipient));
    if (me === undefined) {
      const which = own.length === 0 ? 'you have no age identity' : 'your age identity is none of theirs';
      return fail(
        NAME,
        `${which}: ${names.join(', ')} can read the secrets`,
        `one of them lets you in: unde operators add NAME ${own[0] ?? 'AGE-RECIPIENT'}`,
      );
    }
    const mode = statSync(store.identityFile).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      const message = `others can read your identity: ${store.identityFile} has mode ${mode.toString(8)}`;
      return fail(NAME, message, `chmod 600 ${store.identityFile}`);
    }
    if (names.length === 1) {
      const hint = 'let somebody else in, or keep a copy of your identity elsewhere: unde operators add';
      return warn(NAME, `${me.name} alone can read them: a lost disk would lose all values`, hint);
    }
    return ok(NAME, `${store.names().length} that you can read as ${me.name}; ${names.length} operators`);
  } catch (error) {
    return failed(NAME, error);
  }
}
