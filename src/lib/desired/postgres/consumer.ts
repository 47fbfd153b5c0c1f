import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import type { DatabaseUse } from '../../manifest/store-use.ts';
import { databaseSecret } from '../secrets/secrets-of.ts';
import type { Database } from '../../manifest/endpoints/database.ts';

/** A service that uses a database, with the role that holds its rights there. */
export interface Consumer {
  readonly service: string;
  readonly use: DatabaseUse;
}

/** Who uses a database: the built services that are placed somewhere, booted or not, so that a part of a lab is like the whole. */
export function consumersOf(
  scope: Pick<RenderScope, 'inventory' | 'manifests'>,
  database: Database,
): Consumer[] {
  const placed = new Set(scope.inventory.hosts.flatMap(({ services }) => services));
  return scope.manifests
    .filter(({ name }) => placed.has(name))
    .flatMap((manifest) => usesOf(manifest, database).map((use) => ({ service: manifest.name, use })));
}

function usesOf(manifest: Manifest, database: Database): readonly DatabaseUse[] {
  return (manifest.databases ?? []).filter((use) => use.database === database);
}

/** What a database's host gets of its consumers' logins: the verifiers, never the passwords. */
export function verifierSecrets(consumers: readonly Consumer[]): SecretSpec[] {
  return consumers.map(({ service, use }) => ({
    ...databaseSecret(service, use),
    form: 'scram-sha-256',
    onChange: 'reload',
  }));
}
