import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../common/error/unde-error.ts';
import { decrypt } from './age.ts';
import { Draft } from './draft.ts';
import { AUTHORITY, entryOf, missingSecret } from './entry.ts';
import { commit, finishCommit, readIndex, readValueFile, valueFile } from './folder.ts';
import { readIdentities } from './identity.ts';
import type { Index } from './index-file.ts';
import { withFolderLock } from './store-lock.ts';
import type { SecretReader, SecretEntry, SecretStore, StoreDraft } from './store.ts';

/** A store in a folder. */
export class FileStore implements SecretStore {
  readonly directory: string;
  readonly context: 'lab' | 'production';
  /** Where the operator's own identity is. */
  readonly identityFile: string;
  #index: Index;
  #identities: readonly string[] | undefined;

  private constructor(directory: string, context: 'lab' | 'production', identityFile: string, index: Index) {
    this.directory = directory;
    this.context = context;
    this.identityFile = identityFile;
    this.#index = index;
  }

  /**
   * Opens a folder, which need not exist yet.
   *
   * @param identityFile Where the operator's identity is; it is read when a value is.
   * @throws UndeError BAD_INDEX
   */
  static async open(
    directory: string,
    context: 'lab' | 'production',
    identityFile: string,
  ): Promise<FileStore> {
    return new FileStore(directory, context, identityFile, await readIndex(directory));
  }

  names(): readonly string[] {
    return Object.keys(this.#index.secrets).sort();
  }

  entry(name: string): SecretEntry | undefined {
    const found = this.#index.secrets[name];
    return found === undefined ? undefined : entryOf(name, found);
  }

  /** What the index says of each file; for `unde secrets check`. */
  get index(): Index {
    return this.#index;
  }

  operators(): readonly SecretReader[] {
    return Object.entries(this.#index.operators).map(([name, rest]) => ({ name, ...rest }));
  }

  authority(): string | undefined {
    return this.#index.secrets[AUTHORITY]?.public;
  }

  async reveal(name: string, which: 'current' | 'next' = 'current'): Promise<string> {
    const value = this.#value(this.#index, name, which);
    if (value === undefined) throw missingSecret(name, which);
    const file = valueFile(name, which);
    const bytes = await readValueFile(this.directory, file, value.file);
    if (bytes !== undefined) return this.#decrypt(bytes, name);
    // Another command may have changed it since this one began.
    const index = await readIndex(this.directory);
    const now = this.#value(index, name, which);
    if (now?.version !== value.version) throw changedMeanwhile(name);
    return this.#decrypt(await this.#bytes(file, now.file), name);
  }

  async change<T>(by: string, work: (draft: StoreDraft) => Promise<T>): Promise<T> {
    await mkdir(this.directory, { recursive: true });
    return withFolderLock(this.directory, async () => {
      this.#index = await readIndex(this.directory);
      await finishCommit(this.directory, this.#index);
      const source = {
        bytes: (file: string, digest: string) => this.#bytes(file, digest),
        open: (bytes: Uint8Array, name: string) => this.#decrypt(bytes, name),
      };
      const draft = new Draft(this.#index, source, by);
      const result = await work(draft);
      await writeFile(path.join(this.directory, '.gitignore'), '.*\n!.gitignore\n');
      await commit(this.directory, draft.index, draft.files);
      this.#index = draft.index;
      return result;
    });
  }

  #value(index: Index, name: string, which: 'current' | 'next') {
    const entry = index.secrets[name];
    return which === 'current' ? entry : entry?.next;
  }

  async #bytes(file: string, digest: string): Promise<Uint8Array> {
    const bytes = await readValueFile(this.directory, file, digest);
    if (bytes !== undefined) return bytes;
    throw new UndeError({
      code: 'STORE_DAMAGED',
      message: `${file} is not the file that the index names`,
      exit: 'config',
      where: { file: path.join(this.directory, file) },
      hint: 'after a merge, take the file and its entry in index.yaml from the same side; git log shows both',
    });
  }

  async #decrypt(bytes: Uint8Array, name: string): Promise<string> {
    this.#identities ??= readIdentities(this.identityFile);
    const text = await decrypt(bytes, this.#identities);
    if (text !== undefined) return text;
    throw new UndeError({
      code: 'NOT_A_RECIPIENT',
      message: `the secret "${name}" is not encrypted to your identity`,
      exit: 'refused',
      where: { file: this.identityFile },
      hint: 'somebody who can read it adds you: unde operators add NAME AGE-RECIPIENT',
    });
  }
}

function changedMeanwhile(name: string): UndeError {
  return new UndeError({
    code: 'STORE_CHANGED',
    message: `the secret "${name}" was changed by another command meanwhile`,
    exit: 'locked',
    hint: 'run the same command again',
  });
}
