import type { SecretStore } from '../store.ts';
import { certificateFacts } from '../x509/pair.ts';

/** A certificate of the store, as far as its end matters. */
export interface KnownCertificate {
  /** Its name in the store. */
  readonly secret: string;
  /** The version of the secret that it is. */
  readonly version: string;
  /** Seconds since the epoch. */
  readonly notAfter: number;
}

/** All certificates of a store, the authority's own among them; nothing is decrypted for it. */
export function knownCertificates(store: Pick<SecretStore, 'names' | 'entry'>): KnownCertificate[] {
  return store.names().flatMap((name) => {
    const entry = store.entry(name);
    if (entry?.kind !== 'certificate' || entry.public === undefined) return [];
    return [{ secret: name, version: entry.version, notAfter: certificateFacts(entry.public).notAfter }];
  });
}

/** Whole days until a moment, rounded down; negative once it is past. */
export function daysUntil(notAfter: number, now: number): number {
  return Math.floor((notAfter - now) / 86_400);
}
