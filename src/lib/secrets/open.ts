import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../common/context/context.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { labDown } from '../lab/enter.ts';
import { labDirectory } from '../lab/state.ts';
import { makeIdentity, recipientOf } from './age.ts';
import { FileStore } from './file-store.ts';
import { identityFile, readIdentities } from './identity.ts';

/**
 * Opens the secrets of a context. In production they lie in `secrets/` beside the inventory, or where `UNDE_SECRETS`
 * says; a lab has its own in its folder, with an identity of its own, both made at the first use.
 *
 * @throws UndeError BAD_INDEX, LAB_DOWN
 */
export async function openSecretStore(
  fleet: { readonly inventory: Pick<Inventory, 'file'>; readonly context: Context },
  env: NodeJS.ProcessEnv = process.env,
): Promise<FileStore> {
  const { inventory, context } = fleet;
  if (context.name === 'lab') return openLabStore(context.lab, env);
  const beside = path.join(path.dirname(inventory.file), 'secrets');
  return FileStore.open(env['UNDE_SECRETS'] || beside, 'production', identityFile(env));
}

async function openLabStore(lab: string, env: NodeJS.ProcessEnv): Promise<FileStore> {
  const home = labDirectory(lab, env);
  if (!existsSync(home)) throw labDown(lab);
  const directory = path.join(home, 'secrets');
  const identity = path.join(home, 'identity.txt');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const store = await FileStore.open(directory, 'lab', identity);
  if (store.operators().length > 0) return store;
  await store.change('unde', async (draft) => {
    // Another command may have been first.
    if (draft.operators().length > 0) return;
    if (!existsSync(identity)) await writeIdentity(identity);
    const [own = ''] = readIdentities(identity);
    await draft.setOperators([
      { name: 'lab', recipient: await recipientOf(own), since: new Date().toISOString() },
    ]);
  });
  return store;
}

/**
 * Makes an identity in a file that only its owner can read, in the format of `age-keygen`.
 *
 * @returns Its recipient, which may be shown to anybody.
 */
export async function writeIdentity(file: string): Promise<string> {
  const { identity, recipient } = await makeIdentity();
  await mkdir(path.dirname(file), { recursive: true });
  // `wx`: an identity that is there already is never overwritten.
  await writeFile(file, `# created: ${new Date().toISOString()}\n# public key: ${recipient}\n${identity}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  await chmod(file, 0o600);
  return recipient;
}
