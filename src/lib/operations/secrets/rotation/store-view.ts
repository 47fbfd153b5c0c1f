import type { SecretEntry, SecretStore } from '../../../secrets/store.ts';

/** What a plan reads of a store. */
export type StoreReader = Pick<SecretStore, 'entry' | 'authority'>;

/**
 * A store as it will be once the old values of some secrets are forgotten: whoever verifies them is brought there
 * first, so that a rotation that was broken off is still known as one.
 */
export function readerOfRetired(store: SecretStore, names: ReadonlySet<string>): StoreReader {
  return {
    authority: () => store.authority(),
    entry: (name) => {
      const entry = store.entry(name);
      return entry === undefined || !names.has(name) ? entry : withoutNext(entry);
    },
  };
}

function withoutNext({
  next: _next,
  nextPublic: _public,
  rotation: _rotation,
  ...entry
}: SecretEntry): SecretEntry {
  return entry;
}
