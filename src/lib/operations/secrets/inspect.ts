import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../../manifest/manifest.ts';
import { countRecipients } from '../../secrets/age.ts';
import {
  endingCertificates,
  fileFindings,
  type FoundFile,
  hostFindings,
  missingSecrets,
  needlessSecrets,
  oldSecrets,
  openRotations,
  type SecretFinding,
  sharedValues,
} from './check.ts';
import type { DeclaredSecret } from '../../desired/secrets/declared.ts';
import type { FileStore } from '../../secrets/file-store.ts';
import { fileDigest } from '../../secrets/folder.ts';
import type { HostCredential } from './host-credentials.ts';
import { databaseSecret, redisSecret } from '../../desired/secrets/secrets-of.ts';

/** What `unde secrets check` looks at. */
export interface Inspection {
  readonly store: FileStore;
  readonly declared: readonly DeclaredSecret[];
  /** Everything that is built, placed or not. */
  readonly manifests: readonly Manifest[];
  /** Names of the services that the inventory places on any host, whether this context has it or not. */
  readonly placed: ReadonlySet<string>;
  /** What the hosts hold; absent where they were not asked. */
  readonly credentials?: readonly HostCredential[];
  readonly maxDays: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Everything that is wrong with the secrets of a context. Every value is decrypted for it.
 *
 * @throws UndeError NO_IDENTITY, NOT_A_RECIPIENT
 */
export async function inspectSecrets(inspection: Inspection): Promise<SecretFinding[]> {
  const { store, declared, manifests, placed, credentials, maxDays, now } = inspection;
  const files = fileFindings(store.index, foundFiles(store.directory));
  const damaged = new Set(files.filter(({ rule }) => rule === 'file').map(({ secret }) => secret));
  const values = new Map<string, string>();
  for (const name of store.names()) if (!damaged.has(name)) values.set(name, await store.reveal(name));
  return [
    ...missingSecrets(declared, store),
    ...files,
    ...endingCertificates(store, now),
    ...openRotations(store),
    ...sharedValues(values),
    ...(credentials === undefined ? [] : hostFindings(declared, store, credentials)),
    ...needlessSecrets(
      declared,
      namesOf(manifests),
      namesOf(manifests.filter(({ name }) => placed.has(name))),
      store,
    ),
    ...oldSecrets(store, now, maxDays),
  ];
}

/** The encrypted files of a folder, those of a change that was broken off aside: the next change ends it. */
function foundFiles(directory: string): Map<string, FoundFile> {
  return new Map(
    readdirSync(directory)
      .filter((name) => name.endsWith('.age') && !name.startsWith('.'))
      .map((name) => {
        const bytes = readFileSync(path.join(directory, name));
        return [name, { digest: fileDigest(bytes), recipients: countRecipients(bytes) }];
      }),
  );
}

/** Names of the secrets that services hold wherever they may be placed; those that depend on a host aside. */
function namesOf(manifests: readonly Manifest[]): Set<string> {
  return new Set(
    manifests.flatMap(({ name, secrets, databases = [], redis = [] }) => [
      ...(Array.isArray(secrets) ? secrets.map(({ secret }: { secret: string }) => secret) : []),
      ...databases.map((use) => databaseSecret(name, use).secret),
      ...redis.map((use) => redisSecret(name, use).secret),
    ]),
  );
}
