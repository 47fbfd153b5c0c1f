import { UndeError } from '../../common/error/unde-error.ts';
import type { Placement } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import { renewDueCertificates } from '../../secrets/certificates/renewal.ts';
import { ensureSecrets } from './ensure.ts';
import { openSecretStore } from '../../secrets/open.ts';
import { secretsOf } from './secrets-of.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { manifestsOf, renderScope } from '../scope/scope.ts';

/** Every secret that these placements need; one that several need stands there several times. */
export async function secretSpecs(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  store: Pick<SecretStore, 'entry' | 'authority'>,
): Promise<SecretSpec[]> {
  const manifests = await manifestsOf(catalog);
  return placements.flatMap(({ host, service }) => {
    const manifest = manifests.find(({ name }) => name === service);
    if (manifest === undefined) return [];
    return secretsOf(manifest, renderScope(fleet, manifests, store, host, manifest));
  });
}

/**
 * The store, holding what a deploy of these placements needs. A lab's is filled as it is needed, for the whole lab; an
 * operator's own never: what is missing there is an error.
 *
 * @throws UndeError SECRETS_MISSING
 */
export async function readySecrets(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
): Promise<SecretStore> {
  const store = await openSecretStore(fleet);
  if (fleet.context.name === 'lab') {
    const everything = fleet.hosts.flatMap((host) => host.services.map((service) => ({ host, service })));
    const made = await ensureSecrets(store, await secretSpecs(fleet, everything, catalog, store), 'lab');
    return made.length === 0 ? store : openSecretStore(fleet);
  }
  const needed = await secretSpecs(fleet, placements, catalog, store);
  const missing = [...new Set(needed.map(({ secret }) => secret))].filter(
    (name) => store.entry(name) === undefined,
  );
  if (missing.length === 0) return store;
  throw new UndeError({
    code: 'SECRETS_MISSING',
    message: `${missing.length} secret(s) that the selection needs are not in ${store.directory}: ${missing.join(', ')}`,
    exit: 'config',
    where: { file: store.directory },
    hint: 'unde secrets generate makes those that can be made, and names those that you must bring',
  });
}

/**
 * Issues certificates of these placements anew that end soon: what a deploy does first, and nobody who only looks.
 *
 * @param by Who deploys.
 * @returns Names of the certificates that were issued.
 */
export async function renewCertificates(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  store: SecretStore,
  by: string,
): Promise<readonly string[]> {
  return renewDueCertificates(store, await secretSpecs(fleet, placements, catalog, store), by);
}
