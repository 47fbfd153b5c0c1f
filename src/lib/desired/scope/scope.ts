import type { Host } from '../../inventory/inventory.ts';
import { settingsFor } from '../../inventory/settings.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import type { SecretStore } from '../../secrets/store.ts';
import { settingValues } from '../units/service-unit.ts';
import type { Fleet } from '../../fleet/fleet.ts';

/** What of a secret is public is asked of its store; the fleet's authority has a name of its own. */
const AUTHORITY = 'authority';

/** Everything that is built. */
export function manifestsOf(catalog: Catalog): Promise<Manifest[]> {
  return Promise.all(catalog.names().map((name) => catalog.manifest(name)));
}

/**
 * The fleet as one manifest sees it from one host.
 *
 * @throws UndeError UNKNOWN_SETTING, BAD_SETTING
 */
export function renderScope(
  fleet: Fleet,
  manifests: readonly Manifest[],
  store: Pick<SecretStore, 'entry' | 'authority'>,
  host: Host,
  manifest: Manifest,
): RenderScope {
  const { inventory, hosts } = fleet;
  const settingsOf = (of: Host, service: string) => {
    const found = manifests.find(({ name }) => name === service);
    if (found === undefined) throw new Error(`${service} is not built, and has no settings`);
    return settingValues(found, settingsFor(inventory, of, service));
  };
  return {
    host,
    settings: settingValues(manifest, settingsFor(inventory, host, manifest.name)),
    inventory,
    hosts,
    manifests,
    addressOf: (of) => fleet.target(of).address,
    placementsOf: (service) => hosts.filter(({ services }) => services.includes(service)),
    settingsOf,
    publicPart: (secret) => (secret === AUTHORITY ? store.authority() : store.entry(secret)?.public),
    context: fleet.context.name,
    objectStorage: fleet.objectStorage,
  };
}
