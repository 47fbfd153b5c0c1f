import type { Fleet } from '../../fleet/fleet.ts';
import { manifestsOf, renderScope } from './scope.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { openSecretStore } from '../../secrets/open.ts';
import { UndeError } from '../../common/error/unde-error.ts';

/** The fleet as a service sees it from the first host that it is placed on, for what is asked of the whole fleet. */
export async function fleetScope(fleet: Fleet, catalog: Catalog, service: string): Promise<RenderScope> {
  const host = fleet.hosts.find(({ services }) => services.includes(service));
  if (host === undefined) {
    throw new UndeError({
      code: 'SERVICE_WITHOUT_HOST',
      message: `${service} is placed on no host of this context`,
      exit: 'config',
      where: { file: fleet.inventory.file },
      hint: 'unde inventory check',
    });
  }
  const manifests = await manifestsOf(catalog);
  const store = await openSecretStore(fleet);
  return renderScope(fleet, manifests, store, host, await catalog.manifest(service));
}
