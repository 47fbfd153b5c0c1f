import type { Host } from '../../inventory/inventory.ts';
import type { Manifest, RenderScope } from '../../manifest/manifest.ts';

/** The fleet as another manifest sees it from another host. */
export function scopeAt(scope: RenderScope, host: Host, manifest: Manifest): RenderScope {
  return { ...scope, host, settings: scope.settingsOf(host, manifest.name) };
}

/** The hosts that can be watched: one that is still to be created is not dead. A lab has created all of its own. */
export function watchedHosts({ hosts, context }: RenderScope): readonly Host[] {
  return context === 'lab' ? hosts : hosts.filter(({ status }) => status !== 'create');
}

/** The built services that are placed on watched hosts, in the order of the inventory. */
export function builtPlacements(scope: RenderScope): { readonly host: Host; readonly manifest: Manifest }[] {
  return watchedHosts(scope).flatMap((host) =>
    host.services.flatMap((service) => {
      const manifest = scope.manifests.find(({ name }) => name === service);
      return manifest === undefined ? [] : [{ host, manifest }];
    }),
  );
}

/**
 * The address at which what stands on the scope's host reaches a host: what listens on loopback only, as monitoring
 * itself does, answers there and nowhere else.
 */
export function addressFrom(scope: RenderScope, host: Host): string {
  return host.name === scope.host.name ? '127.0.0.1' : scope.addressOf(host);
}

/**
 * Where a service that only certain others talk to listens: loopback, unless one of them stands on another host.
 *
 * @returns The address part of a Go listen address; empty for every address of the host.
 */
export function listenAddress(scope: RenderScope, clients: readonly string[]): string {
  const elsewhere = clients
    .flatMap((client) => scope.placementsOf(client))
    .some(({ name }) => name !== scope.host.name);
  return elsewhere ? '' : '127.0.0.1';
}
