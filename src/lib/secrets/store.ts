import type { SecretKind } from '../manifest/secret.ts';

/**
 * Secrets as operators keep them: `secrets/<name>.age` beside the inventory, encrypted to every operator, and
 * `secrets/index.yaml`, which holds nothing that is secret: what there is, in which version, and the public halves.
 * A lab has a store of its own in its folder, made up as it is needed.
 */

/** What the index says of a secret. */
export interface SecretEntry {
  readonly name: string;
  readonly kind: SecretKind;
  /** Random id of the value: a host that holds another one holds an old value. */
  readonly version: string;
  /** The other version that whoever verifies the secret accepts, while it is being rotated. */
  readonly next?: string;
  /**
   * How far a rotation is. `prepared`: `next` is the coming value, and holders still use the current one. `promoted`:
   * the two have changed places, and `next` is the value that is going.
   */
  readonly rotation?: 'prepared' | 'promoted';
  /** Public half: a WireGuard public key, a certificate chain in PEM. */
  readonly public?: string;
  /** Public half of the version under `next`. */
  readonly nextPublic?: string;
  /** When the current value was made, ISO 8601. */
  readonly changed: string;
  readonly by: string;
}

/** Somebody who can read the secrets. */
export interface SecretReader {
  readonly name: string;
  /** An age recipient: `age1…`. */
  readonly recipient: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What is written down with a value. */
export interface ValueFacts {
  readonly kind: SecretKind;
  readonly public?: string;
}

/** The operators' store of one context, as it was when it was opened or last changed by this process. */
export interface SecretStore {
  /** The folder that it is in. */
  readonly directory: string;
  /** A lab makes up what an operator would have to bring. */
  readonly context: 'lab' | 'production';
  names(): readonly string[];
  entry(name: string): SecretEntry | undefined;
  operators(): readonly SecretReader[];
  /**
   * Decrypts a value with the operator's own identity.
   *
   * @throws UndeError SECRET_MISSING, NO_IDENTITY, NOT_A_RECIPIENT, STORE_CHANGED, STORE_DAMAGED
   */
  reveal(name: string, which?: 'current' | 'next'): Promise<string>;
  /** The certificate of the fleet's own authority in PEM; `undefined` before there is one. */
  authority(): string | undefined;
  /**
   * Changes the store: everything that `work` does to the draft takes effect at once, or nothing does, also when the
   * process is killed. Two processes take turns.
   *
   * @throws UndeError STORE_BUSY, NO_OPERATORS
   */
  change<T>(by: string, work: (draft: StoreDraft) => Promise<T>): Promise<T>;
}

/** The store while it is being changed; it reads as it will be. */
export interface StoreDraft {
  names(): readonly string[];
  entry(name: string): SecretEntry | undefined;
  operators(): readonly SecretReader[];
  reveal(name: string, which?: 'current' | 'next'): Promise<string>;
  authority(): string | undefined;
  /** Sets the current value. */
  put(name: string, value: string, facts: ValueFacts): Promise<void>;
  /** Lays the coming value beside the current one. */
  prepare(name: string, value: string, publicPart?: string): Promise<void>;
  /** Exchanges the two values; once more, and each is where it was. */
  promote(name: string): Promise<void>;
  /** Forgets the value under `next`. */
  retire(name: string): void;
  remove(name: string): void;
  /** Encrypts every value to these operators, and to nobody else. */
  setOperators(operators: readonly SecretReader[]): Promise<void>;
}
