import { createHash, randomBytes } from 'node:crypto';
import { UndeError } from '../common/error/unde-error.ts';
import { encrypt } from './age.ts';
import { fileDigest, valueFile } from './folder.ts';
import type { Index, IndexEntry, IndexValue } from './index-file.ts';
import { AUTHORITY, entryOf, missingSecret } from './entry.ts';
import type { SecretReader, SecretEntry, StoreDraft, ValueFacts } from './store.ts';

/** Reads a value as it is in force; the draft asks it for what it has not changed itself. */
export interface ValueSource {
  /** The encrypted file. */
  bytes(file: string, digest: string): Promise<Uint8Array>;
  open(bytes: Uint8Array, name: string): Promise<string>;
}

/** The names that secrets may have: they are file names, and names of systemd credentials. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A change of the store in memory. */
export class Draft implements StoreDraft {
  readonly index: Index;
  /** Encrypted files that change, by name; `undefined` for those that go. */
  readonly files = new Map<string, Uint8Array | undefined>();
  readonly #source: ValueSource;
  readonly #by: string;
  readonly #now: string;

  constructor(index: Index, source: ValueSource, by: string, now = new Date()) {
    this.index = structuredClone(index);
    this.#source = source;
    this.#by = by;
    this.#now = `${now.toISOString().slice(0, 19)}Z`;
  }

  names(): readonly string[] {
    return Object.keys(this.index.secrets).sort();
  }

  entry(name: string): SecretEntry | undefined {
    const found = this.index.secrets[name];
    return found === undefined ? undefined : entryOf(name, found);
  }

  operators(): readonly SecretReader[] {
    return Object.entries(this.index.operators).map(([name, rest]) => ({ name, ...rest }));
  }

  authority(): string | undefined {
    return this.index.secrets[AUTHORITY]?.public;
  }

  async reveal(name: string, which: 'current' | 'next' = 'current'): Promise<string> {
    const entry = this.#existing(name);
    const value = which === 'current' ? entry : entry.next;
    if (value === undefined) throw missingSecret(name, which);
    return this.#source.open(await this.#bytes(valueFile(name, which), value), name);
  }

  async put(name: string, value: string, facts: ValueFacts): Promise<void> {
    if (!NAME.test(name)) {
      throw new UndeError({
        code: 'BAD_SECRET_NAME',
        message: `"${name}" cannot name a secret: lower-case letters, digits, and single hyphens between them`,
        exit: 'usage',
        hint: 'unde secrets list names those that the manifests declare',
      });
    }
    const before = this.index.secrets[name];
    const written = await this.#write(valueFile(name), value, facts.public);
    this.index.secrets[name] = {
      kind: facts.kind,
      ...written,
      ...(before?.next === undefined ? {} : { next: before.next, rotation: before.rotation }),
    };
  }

  async prepare(name: string, value: string, publicPart?: string): Promise<void> {
    const entry = this.#existing(name);
    entry.next = await this.#write(valueFile(name, 'next'), value, publicPart);
    entry.rotation = 'prepared';
  }

  async promote(name: string): Promise<void> {
    const { kind, next, rotation, ...current } = this.#existing(name);
    if (next === undefined) throw missingSecret(name, 'next');
    const coming = await this.#bytes(valueFile(name, 'next'), next);
    const going = await this.#bytes(valueFile(name), current);
    this.files.set(valueFile(name), coming);
    this.files.set(valueFile(name, 'next'), going);
    const stage = rotation === 'promoted' ? 'prepared' : 'promoted';
    this.index.secrets[name] = { kind, ...next, rotation: stage, next: current };
  }

  retire(name: string): void {
    const entry = this.#existing(name);
    delete entry.next;
    delete entry.rotation;
    this.files.set(valueFile(name, 'next'), undefined);
  }

  remove(name: string): void {
    this.#existing(name);
    delete this.index.secrets[name];
    this.files.set(valueFile(name), undefined);
    this.files.set(valueFile(name, 'next'), undefined);
  }

  async setOperators(operators: readonly SecretReader[]): Promise<void> {
    this.index.operators = Object.fromEntries(
      operators.map(({ name, recipient, since }) => [name, { recipient, since }]),
    );
    for (const [name, entry] of Object.entries(this.index.secrets)) {
      for (const which of ['current', 'next'] as const) {
        const value = which === 'current' ? entry : entry.next;
        if (value === undefined) continue;
        const file = valueFile(name, which);
        const text = await this.#source.open(await this.#bytes(file, value), name);
        // The value is the same, and so is its version: no host has to hear of it.
        Object.assign(value, await this.#encrypted(file, text));
      }
    }
  }

  #existing(name: string): IndexEntry {
    const entry = this.index.secrets[name];
    if (entry === undefined) throw missingSecret(name, 'current');
    return entry;
  }

  async #write(file: string, value: string, publicPart: string | undefined): Promise<IndexValue> {
    return {
      version: randomBytes(6).toString('hex'),
      changed: this.#now,
      by: this.#by,
      ...(await this.#encrypted(file, value)),
      public: publicPart,
    };
  }

  async #encrypted(file: string, value: string): Promise<Pick<IndexValue, 'file' | 'recipients'>> {
    const recipients = this.operators().map(({ recipient }) => recipient);
    if (recipients.length === 0) {
      throw new UndeError({
        code: 'NO_OPERATORS',
        message: 'there is nobody yet whom secrets could be encrypted to',
        exit: 'refused',
        hint: 'unde operators identity makes your key, and unde operators add NAME AGE-RECIPIENT lets you in',
      });
    }
    const bytes = await encrypt(value, recipients);
    this.files.set(file, bytes);
    return { file: fileDigest(bytes), recipients: recipientsDigest(recipients) };
  }

  async #bytes(file: string, value: Pick<IndexValue, 'file'>): Promise<Uint8Array> {
    return this.files.get(file) ?? (await this.#source.bytes(file, value.file));
  }
}

/** What names a set of recipients. */
export function recipientsDigest(recipients: readonly string[]): string {
  return createHash('sha256').update(recipients.toSorted().join('\n')).digest('hex').slice(0, 12);
}
